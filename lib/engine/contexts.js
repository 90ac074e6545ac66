'use strict';

/**
 * The current execution context: which one it is, and entering and leaving those
 * of this package (the runtime enters its own).
 *
 * A context of this package remembers its anchor, the runtime's execution id when
 * it was entered. It is the current one while the runtime still answers the same;
 * otherwise the runtime has moved on underneath and its own answer holds. So the
 * getters are right whatever is enabled, and in scopes that others open.
 */

const builtin = require('../node/builtin');
const { native, layout, ids, fields } = require('./thread');
const { kTriggerId, symbolOf } = require('../node/symbols');

const { apply } = Reflect;
const { isPrototypeOf } = Object.prototype;

const runtimeExecutionAsyncId = builtin.executionAsyncId;
const runtimeTriggerAsyncId = builtin.triggerAsyncId;
const runtimeExecutionAsyncResource = builtin.executionAsyncResource;

const {
  currentId: CURRENT_ID,
  currentTrigger: CURRENT_TRIGGER,
  currentAnchor: CURRENT_ANCHOR,
  stackBase: STACK_BASE,
  stackDepth: STACK_DEPTH,
  stackSpilled: STACK_SPILLED,
  stackCapacity: STACK_CAPACITY,
  contextSize: CONTEXT_SIZE,
} = layout;

/**
 * The resources of the contexts on the stack, oldest first: objects cannot be
 * kept in the shared memory.
 * @type {(object | undefined)[]}
 */
const resources = [];

/**
 * Whether a context of this package was ever entered. A property that never changes is
 * a constant to V8, so as long as none was, the getters cost what the runtime's do.
 */
const history = { hasEntered: false };

/** @type {() => void} */
let firstEnter = () => {};

/**
 * Whether the trigger of any resource was ever corrected where the runtime does not look, and is to be looked for; see
 * {@link currentTriggerFor}.
 */
let corrected = false;

/**
 * Where Node's timers keep their trigger.
 * @type {symbol | undefined}
 */
let kTimerTrigger;

// What is current

/** @returns {number} */
function executionAsyncId() {
  return history.hasEntered ? currentAsyncId() : runtimeExecutionAsyncId();
}

/** @returns {number} */
function triggerAsyncId() {
  return history.hasEntered ? findTriggerAsyncId() : runtimeTriggerAsyncId();
}

/** @returns {object} */
function executionAsyncResource() {
  return inOwnContext() ? /** @type {object} */ (resources[entered() - 1]) : runtimeExecutionAsyncResource();
}

/**
 * As {@link executionAsyncId}, where contexts are entered all the time: without a branch that never runs, of which V8 would not
 * know that it gives a number.
 */
function currentAsyncId() {
  const runtimeId = runtimeExecutionAsyncId();
  return ids[CURRENT_ANCHOR] === runtimeId ? ids[CURRENT_ID] : runtimeId;
}

function findTriggerAsyncId() {
  if (inOwnContext()) return ids[CURRENT_TRIGGER];
  return correctedTrigger() ?? runtimeTriggerAsyncId();
}

/** How many contexts are on the stack. */
function entered() {
  return fields[STACK_DEPTH] + fields[STACK_SPILLED];
}

/** Whether the current context is one that this package entered. */
function inOwnContext() {
  return ids[CURRENT_ANCHOR] === runtimeExecutionAsyncId();
}

// Triggers of the runtime's resources

/**
 * What triggers a resource whose maker chose nothing.
 * @returns {number | undefined} undefined where the runtime knows it
 */
function defaultTrigger() {
  return inOwnContext() ? ids[CURRENT_ID] : undefined;
}

/**
 * The class whose constructor asks for {@link defaultTrigger}: its instances have the trigger that they were given,
 * whatever it is equal to.
 * @type {object | null}
 */
let settledPrototype = null;

/** @param {Function} constructor */
function settlesTriggers({ prototype }) {
  settledPrototype = prototype;
}

/** @param {object} resource */
function hasSettledTrigger(resource) {
  return settledPrototype !== null && apply(isPrototypeOf, settledPrototype, [resource]);
}

/**
 * The runtime does not know the contexts of this package, so a resource that it
 * creates inside one is triggered, it says, by whatever runs underneath. This gives
 * the trigger that is meant, and leaves it on the resource, where Node's own
 * resources keep it or where {@link triggerAsyncId} finds it again.
 * @param {number} triggerAsyncId what the runtime says
 * @param {string} type
 * @param {any} resource
 * @returns {number}
 */
function currentTriggerFor(triggerAsyncId, type, resource) {
  if (ids[CURRENT_ANCHOR] !== triggerAsyncId || !inOwnContext() || hasSettledTrigger(resource)) return triggerAsyncId;
  const currentId = ids[CURRENT_ID];
  try {
    if ((type === 'Timeout' || type === 'Immediate') && !(kTriggerId in resource)) {
      kTimerTrigger ??= symbolOf(resource, triggerAsyncId);
      resource[kTimerTrigger] = currentId;
    } else {
      corrected = true;
      resource[kTriggerId] = currentId;
    }
  } catch {
    // A resource that takes no properties keeps what the runtime says.
  }
  return currentId;
}

/** @returns {number | undefined} */
function correctedTrigger() {
  if (!corrected || runtimeExecutionAsyncId() === 0) return undefined;
  return /** @type {any} */ (runtimeExecutionAsyncResource())[kTriggerId];
}

// Entering and leaving

/**
 * @param {number} executionId
 * @param {number} triggerId
 * @param {object} resource
 */
function enter(executionId, triggerId, resource) {
  if (fields[STACK_DEPTH] === STACK_CAPACITY) native.spillContexts();
  const depth = fields[STACK_DEPTH];
  const slot = STACK_BASE + depth * CONTEXT_SIZE;
  ids[slot] = ids[CURRENT_ID];
  ids[slot + 1] = ids[CURRENT_TRIGGER];
  ids[slot + 2] = ids[CURRENT_ANCHOR];
  ids[CURRENT_ID] = executionId;
  ids[CURRENT_TRIGGER] = triggerId;
  ids[CURRENT_ANCHOR] = runtimeExecutionAsyncId();
  resources[depth + fields[STACK_SPILLED]] = resource;
  fields[STACK_DEPTH] = depth + 1;
  if (!history.hasEntered) {
    history.hasEntered = true;
    firstEnter();
  }
}

/**
 * Sets what happens when a context is entered for the first time.
 * @param {() => void} callback
 */
function onFirstEnter(callback) {
  firstEnter = callback;
}

/** Leaves the context that was entered last. There must be one. */
function leave() {
  const depth = fields[STACK_DEPTH] - 1;
  const slot = STACK_BASE + depth * CONTEXT_SIZE;
  ids[CURRENT_ID] = ids[slot];
  ids[CURRENT_TRIGGER] = ids[slot + 1];
  ids[CURRENT_ANCHOR] = ids[slot + 2];
  resources[depth + fields[STACK_SPILLED]] = undefined;
  fields[STACK_DEPTH] = depth;
  if (depth === 0 && fields[STACK_SPILLED] !== 0) native.refillContexts();
}

/**
 * Makes the context with this id the current one again before it is left: what was
 * entered above it and not left is dropped, and where the runtime has left one that
 * it had entered beside it, the anchor follows.
 * @param {number} executionId
 * @returns {boolean} false where there is no such context
 */
function returnTo(executionId) {
  if (fields[STACK_DEPTH] === 0) return false;
  if (ids[CURRENT_ID] !== executionId) return unwindTo(executionId) >= 0;
  ids[CURRENT_ANCHOR] = runtimeExecutionAsyncId();
  return true;
}

/**
 * Leaves whatever was entered above the youngest context with this id, and takes
 * the runtime's present position as its anchor.
 * @param {number} executionId
 * @returns {number} how many were left; -1, and nothing happened, where there is no such context
 */
function unwindTo(executionId) {
  const left = native.unwindContexts(executionId);
  if (left < 0) return left;
  // No call, which would take more of the stack than entering did.
  for (let above = 0; above < left; above++) resources[fields[STACK_DEPTH] + fields[STACK_SPILLED] + above] = undefined;
  ids[CURRENT_ANCHOR] = runtimeExecutionAsyncId();
  return left;
}

module.exports = {
  history,
  executionAsyncId,
  currentAsyncId,
  triggerAsyncId,
  executionAsyncResource,
  defaultTrigger,
  settlesTriggers,
  currentTriggerFor,
  onFirstEnter,
  enter,
  leave,
  returnTo,
  unwindTo,
};
