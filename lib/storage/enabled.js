'use strict';

/**
 * Which storages are enabled, on a Node without context frames: their stores go from a resource to those that it
 * creates.
 */

const builtin = require('../node/builtin');
const { onCollected } = require('./places');
const { slot: publicSlot } = require('./frames/slot');
const { read, write } = require('./stores');

const { executionAsyncResource, createHook } = builtin;

/** With what Node's types leave out. */
const slot = /** @type {any} */ (publicSlot);

/** Under this symbol the slot has its store on a resource. */
const kStores = slot.kResourceStore;

/** @typedef {typeof import('./places').NOWHERE} Place */

/**
 * Who is enabled, in order, and the place that is: a storage stands here as its place, what stands before one as
 * a token, so that neither is kept alive.
 * @type {Map<object, Place>}
 */
const enabled = new Map();

/**
 * How often each place is among them.
 * @type {Map<Place, number>}
 */
const counts = new Map();

/**
 * Those of storages that were disabled, and have stores on resources. A resource that is
 * created meanwhile must not inherit them with the rest.
 * @type {Set<Place>}
 */
const disabled = new Set();

/**
 * @param {object | undefined} face what stands before the storage, if anything does
 * @param {Place} place
 */
function enable(face, place) {
  const token = tokenOf(face, place);
  if (!enabled.has(token)) {
    enabled.set(token, place);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  disabled.delete(place);
  update();
}

/**
 * @param {object | undefined} face as above
 * @param {Place} place
 * @param {() => boolean} isOff whether the storage itself is disabled now
 */
function disable(face, place, isOff) {
  const token = tokenOf(face, place);
  if (enabled.has(token)) {
    remove(token);
  } else {
    removeLast();
    // Its name stays in the list, and is passed over.
    if (isOff()) disabled.add(place);
  }
  update();
}

/**
 * Node looks for who is disabled in its list, and does not notice when it is not there because it
 * was enabled as another face of the same storage.
 */
function removeLast() {
  const last = [...enabled.keys()].at(-1);
  if (last !== undefined) remove(last);
}

/** @param {object} token */
function remove(token) {
  const place = /** @type {Place} */ (enabled.get(token));
  enabled.delete(token);
  const count = /** @type {number} */ (counts.get(place)) - 1;
  if (count > 0) {
    counts.set(place, count);
  } else {
    counts.delete(place);
    disabled.add(place);
  }
}

/** @type {WeakMap<object, object>} */
const tokens = new WeakMap();

/**
 * @param {object | undefined} face
 * @param {Place} place
 */
function tokenOf(face, place) {
  if (face === undefined) return place;
  let token = tokens.get(face);
  if (token === undefined) tokens.set(face, (token = {}));
  return token;
}

onCollected((place) => {
  enabled.delete(place);
  // Only its faces are left.
  if ((counts.get(place) ?? 0) > 1) {
    for (const [token, of] of enabled) if (of === place) enabled.delete(token);
  }
  counts.delete(place);
  disabled.delete(place);
  update();
});

/** Takes the stores of disabled storages off what a new resource inherited. */
const withholding = createHook(
  /** @type {import('node:async_hooks').HookCallbacks} */ ({
    // Without what programs give all objects.
    __proto__: null,
    init(asyncId, type, triggerAsyncId, /** @type {any} */ resource) {
      let inherited = currentResource()[kStores];
      if (inherited === undefined) return;
      for (const place of disabled) inherited = write(inherited, place, read(inherited, place), undefined);
      resource[kStores] = inherited;
    },
  }),
);

/** Nothing is on for storages that are not; and the slot is Node's first, since who withholds comes after. */
function update() {
  const isOn = enabled.size > 0;
  if (isOn !== slot.enabled) {
    // To enter what is there enables the slot and changes nothing.
    if (isOn) slot.enterWith(currentResource()[kStores]);
    else slot.disable();
  }
  if (isOn && disabled.size > 0) withholding.enable();
  else withholding.disable();
}

/** @returns {any} */
function currentResource() {
  return executionAsyncResource();
}

module.exports = { enable, disable, currentResource, kStores };
