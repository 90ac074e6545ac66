'use strict';

/**
 * Calls the users' callbacks: for each event, those of every enabled hook that
 * wants it, in the order in which the hooks were enabled, as methods of the hook.
 *
 * The lists never change while an event is being emitted, nested ones included.
 */

const { native, layout, fields, wants } = require('./thread');
const { kCallbacks } = require('./symbols');

const { emitDepth: EMIT_DEPTH, hooksStaged: HOOKS_STAGED } = layout;
const {
  init: kInit,
  before: kBefore,
  after: kAfter,
  destroy: kDestroy,
  promiseResolve: kPromiseResolve,
} = kCallbacks;

/** @typedef {any[]} Hooks hooks that have the callback in question */

/**
 * The hooks to call for each event; `promise…` where the event is a promise's.
 * @type {Record<'init' | 'before' | 'after' | 'destroy' | 'promiseInit' | 'promiseBefore' | 'promiseAfter' | 'promiseResolve', Hooks>}
 */
const tables = {
  init: [],
  before: [],
  after: [],
  destroy: [],
  promiseInit: [],
  promiseBefore: [],
  promiseAfter: [],
  promiseResolve: [],
};

/** @type {() => void} */
let settle = () => {};

/**
 * Takes over the hooks that are enabled now.
 * @param {Map<number, object>} hooks by the handle that Rust knows them by
 */
function updateTables(hooks) {
  const wanting = (/** @type {number} */ bits) =>
    native.hooksWanting(bits).map((handle) => hooks.get(handle));
  tables.init = wanting(wants.init);
  tables.before = wanting(wants.before);
  tables.after = wanting(wants.after);
  tables.destroy = wanting(wants.destroy);
  tables.promiseInit = wanting(wants.init | wants.promises);
  tables.promiseBefore = wanting(wants.before | wants.promises);
  tables.promiseAfter = wanting(wants.after | wants.promises);
  tables.promiseResolve = wanting(wants.promiseResolve);
}

/**
 * Sets what makes staged changes of the hooks take effect.
 * @param {() => void} callback
 */
function onSettle(callback) {
  settle = callback;
}

/**
 * @param {Hooks} hooks
 * @param {number} asyncId
 * @param {string} type
 * @param {number} triggerAsyncId
 * @param {object} resource
 */
function emitInit(hooks, asyncId, type, triggerAsyncId, resource) {
  fields[EMIT_DEPTH] += 1;
  try {
    for (let i = 0; i < hooks.length; i++) {
      hooks[i][kInit](asyncId, type, triggerAsyncId, resource);
    }
  } finally {
    fields[EMIT_DEPTH] -= 1;
  }
  if (fields[EMIT_DEPTH] === 0 && fields[HOOKS_STAGED] !== 0) settle();
}

/**
 * An emitter of the events that carry nothing but an id. Each event has one of its
 * own, so that its call sites stay monomorphic.
 * @param {symbol} kCallback
 * @returns {(hooks: Hooks, asyncId: number) => void}
 */
function emitterOf(kCallback) {
  return function emit(hooks, asyncId) {
    fields[EMIT_DEPTH] += 1;
    try {
      for (let i = 0; i < hooks.length; i++) hooks[i][kCallback](asyncId);
    } finally {
      fields[EMIT_DEPTH] -= 1;
    }
    if (fields[EMIT_DEPTH] === 0 && fields[HOOKS_STAGED] !== 0) settle();
  };
}

module.exports = {
  tables,
  updateTables,
  onSettle,
  emitInit,
  emitBefore: emitterOf(kBefore),
  emitAfter: emitterOf(kAfter),
  emitDestroy: emitterOf(kDestroy),
  emitPromiseResolve: emitterOf(kPromiseResolve),
};
