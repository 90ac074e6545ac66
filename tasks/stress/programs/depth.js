'use strict';

/**
 * `depth.js SHAPE DEPTH`: contexts inside one another, DEPTH of them, with all kinds of callbacks; in a Worker whose stack is large
 * enough. How many were not the current one where they should have been, on the way down and on the way up.
 */

const vm = require('node:vm');
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');

const ah = require('./module');

const STACK_MB = 900;
const OPTIONS = { requireManualDestroy: true };

const counts = { init: 0, before: 0, after: 0 };
let wrong = 0;

/** @param {boolean} condition */
function check(condition) {
  if (!condition) wrong += 1;
}

/** @type {Record<string, (depth: number) => void>} */
const SHAPES = {
  scope(depth) {
    const trigger = ah.executionAsyncId();
    const resource = new ah.AsyncResource('DEEP', OPTIONS);
    const inside = () =>
      ah.executionAsyncId() === resource.asyncId() && ah.triggerAsyncId() === trigger && ah.executionAsyncResource() === resource;
    resource.runInAsyncScope(() => {
      check(inside());
      if (depth > 1) SHAPES.scope(depth - 1);
      check(inside());
    });
    check(ah.executionAsyncId() === trigger);
  },

  storage(depth) {
    storage.run(depth, () => {
      check(storage.getStore() === depth);
      if (depth > 1) SHAPES.storage(depth - 1);
      check(storage.getStore() === depth);
    });
  },

  /** Promise continuations inside one another: a context with a microtask queue of its own runs it within a call. */
  continuation(depth) {
    const context = vm.createContext({ inside, depth }, { microtaskMode: 'afterEvaluate' });
    vm.runInContext('(async () => { await null; inside(depth); })()', context);
  },

  /** Without frames of JavaScript: contexts that are entered and left by hand. */
  embedder(depth) {
    const legacy = require('../../../legacy');
    const first = legacy.newAsyncId();
    for (let i = 1; i < depth; i++) legacy.newAsyncId();
    for (let id = first; id < first + depth; id++) {
      legacy.emitBefore(id, id - 1);
      check(ah.executionAsyncId() === id && ah.triggerAsyncId() === id - 1);
    }
    SHAPES.scope(10);
    for (let id = first + depth - 1; id >= first; id--) {
      check(ah.executionAsyncId() === id && ah.triggerAsyncId() === id - 1);
      legacy.emitAfter(id);
    }
  },

  /** The same, but all are left at once, by leaving the outermost. */
  unwound(depth) {
    const legacy = require('../../../legacy');
    const outermost = legacy.newAsyncId();
    legacy.emitBefore(outermost);
    for (let i = 1; i < depth; i++) legacy.emitBefore(legacy.newAsyncId());
    try {
      legacy.emitAfter(outermost);
      check(false);
    } catch (error) {
      check(/** @type {any} */ (error).code === 'ERR_ASYNC_HOOKS_RS_UNBALANCED');
    }
    // Each was entered once, one was left properly.
    counts.after += depth - 1;
  },
};

/** @param {number} depth */
function inside(depth) {
  const id = ah.executionAsyncId();
  check(id !== 0);
  if (depth > 1) SHAPES.continuation(depth - 1);
  check(ah.executionAsyncId() === id);
}

const storage = new ah.AsyncLocalStorage();

function inWorker() {
  const { shape, depth } = workerData;
  ah.createHook({
    init() {
      counts.init += 1;
    },
    before() {
      counts.before += 1;
    },
    after() {
      counts.after += 1;
    },
    destroy() {},
    promiseResolve() {},
  }).enable();
  const id = ah.executionAsyncId();
  SHAPES[shape](depth);
  check(ah.executionAsyncId() === id);
  check(counts.before === counts.after);
  check(storage.getStore() === undefined);
  /** @type {import('node:worker_threads').MessagePort} */ (parentPort).postMessage({ wrong, entered: counts.before });
}

function main() {
  const [shape, depth] = process.argv.slice(2);
  const worker = new Worker(__filename, {
    workerData: { shape, depth: Number(depth) },
    resourceLimits: { stackSizeMb: STACK_MB, maxOldGenerationSizeMb: 4096 },
  });
  worker.on('message', (result) => console.log(JSON.stringify(result)));
}

if (isMainThread) main();
else inWorker();
