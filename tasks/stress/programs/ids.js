'use strict';

/**
 * `ids.js LEFT`: a program that begins when only LEFT ids are left up to 2 ** 53. No program comes that far (10 million ids a second take
 * 28 years), so the counters are set: Node's through its internals (`--expose-internals`), ours in the thread's memory.
 */

const ah = require('./module');

const left = Number(process.argv[2]);
const isBuiltin = process.env.MODULE_UNDER_TEST === 'builtin';
const END = 2 ** 53;

/** @type {Map<number, string>} */
const types = new Map();
/** @type {Map<number, number>} */
const destroyed = new Map();
let twice = 0;
let unsafe = 0;
let decreasing = 0;
let mismatched = 0;
/** @type {Record<string, number>} the last id of each type that is looked at: promises may have another counter */
const last = { NEAR: 0, PROMISE: 0 };
/** @type {number[]} */
const stack = [];
ah.createHook({
  init(asyncId, type) {
    if (types.has(asyncId)) twice += 1;
    if (!Number.isSafeInteger(asyncId)) unsafe += 1;
    if (asyncId <= last[type]) decreasing += 1;
    last[type] = asyncId;
    types.set(asyncId, type);
  },
  before(asyncId) {
    stack.push(asyncId);
    if (ah.executionAsyncId() !== asyncId) mismatched += 1;
  },
  after(asyncId) {
    if (stack.pop() !== asyncId) mismatched += 1;
  },
  destroy(asyncId) {
    destroyed.set(asyncId, (destroyed.get(asyncId) ?? 0) + 1);
  },
}).enable();

/** @param {number} to the id after which the next ones come */
function setCounter(to) {
  if (isBuiltin) {
    const { internalBinding } = require(String('internal/test/binding'));
    const { async_id_fields: fields, constants } = internalBinding('async_wrap');
    fields[constants.kAsyncIdCounter] = to;
  } else {
    const { ids, layout } = require('../../../lib/engine/thread');
    ids[layout.lastId] = to;
  }
}

const legacy = isBuiltin ? null : require('../../../legacy');

/** As many resources as there may be: of ours the low-level ones, of the builtin's its own class. */
function makeResource() {
  if (legacy === null) {
    const resource = new ah.AsyncResource('NEAR', { requireManualDestroy: true });
    resource.runInAsyncScope(() => {});
    resource.emitDestroy();
    return;
  }
  emit(legacy.newAsyncId(), 'NEAR');
}

/**
 * @param {number} id
 * @param {string} type
 */
function emit(id, type) {
  const { emitInit, emitBefore, emitAfter, emitDestroy } = /** @type {any} */ (legacy);
  emitInit(id, type);
  emitBefore(id);
  emitAfter(id);
  emitDestroy(id);
}

async function chain() {
  await null;
  await Promise.resolve();
}

/** @param {() => void} done */
function collect(done, times = 10) {
  globalThis.gc?.();
  setImmediate(() => (times === 0 ? done() : collect(done, times - 1)));
}

function main() {
  setCounter(END - 1 - left);
  for (let i = 0; i < left / 4; i++) makeResource();
  for (let i = 0; i < left / 40; i++) chain();
  // The low-level API takes ids of the program's own.
  if (legacy !== null) for (const id of [END - 2, END - 1]) emit(id, 'LAST');
  collect(() => {
    const gone = [...destroyed].filter(([asyncId]) => types.has(asyncId));
    const near = [...types].filter(([asyncId]) => asyncId >= END - 1 - left);
    console.log(
      JSON.stringify({
        twice,
        unsafe,
        decreasing,
        mismatched,
        near: near.filter(([, type]) => type === 'NEAR').length,
        promises: near.filter(([, type]) => type === 'PROMISE').length,
        goneTwice: gone.filter(([, times]) => times > 1).length,
        lost: near.filter(([asyncId, type]) => type !== 'PROMISE' && !destroyed.has(asyncId)).length,
      }),
    );
  });
}

main();
