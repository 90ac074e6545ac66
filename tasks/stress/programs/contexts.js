'use strict';

/**
 * `contexts.js DEPTH`: vm contexts, each made inside the one before it, with hooks on; then all are collected. What the
 * hooks saw, how many contexts there were and how many are left.
 */

const vm = require('node:vm');

const ah = require('./module');

const depth = Number(process.argv[2]);
/** Collections after which what is still there is held by something. */
const PATIENCE = 50;

/** @type {Record<string, number>} */
const seen = {};
const counts = { before: 0, after: 0, destroy: 0, promiseResolve: 0 };
ah.createHook({
  init(asyncId, type) {
    seen[type] = (seen[type] ?? 0) + 1;
  },
  before() {
    counts.before += 1;
  },
  after() {
    counts.after += 1;
  },
  destroy() {
    counts.destroy += 1;
  },
  promiseResolve() {
    counts.promiseResolve += 1;
  },
}).enable();

const storage = new ah.AsyncLocalStorage();
let collected = 0;
let lost = 0;
const registry = new FinalizationRegistry(() => {
  collected += 1;
});
/** @type {WeakRef<object>[]} */
const references = [];

const SOURCE = `
  if (level > 0) nest(level - 1);
  new ah.AsyncResource('INSIDE').runInAsyncScope(() => {});
  (async () => {
    await null;
    await new Promise((resolve) => resolve()).then(() => {});
    try { await Promise.reject(new Error('inside')); } catch {}
    check(level);
  })()`;

/** @param {number} level */
function nest(level) {
  const context = vm.createContext({ ah, nest, level, check });
  const inside = vm.runInContext('(function() { return this; })()', context);
  references.push(new WeakRef(context), new WeakRef(inside));
  registry.register(context, level);
  registry.register(inside, level);
  storage.run(level, () => vm.runInContext(SOURCE, context));
}

/** @param {number} level */
function check(level) {
  if (storage.getStore() !== level || ah.executionAsyncId() === 0) lost += 1;
}

const nextTurn = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

async function main() {
  nest(depth - 1);
  await nextTurn();
  const events = { ...seen, before: counts.before, after: counts.after, promiseResolve: counts.promiseResolve };
  for (let i = 0; i < PATIENCE && collected < references.length; i++) {
    /** @type {() => void} */ (globalThis.gc)();
    await nextTurn();
  }
  const left = references.filter((reference) => reference.deref() !== undefined).length;
  console.log(JSON.stringify({ events, lost, made: references.length, collected, left, destroyed: counts.destroy > 0 }));
}

main();
