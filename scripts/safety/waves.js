'use strict';

/**
 * Waves of Workers that use all of the addon and end in every way, while the main thread does the same. What runs under a
 * checker of memory; alone it checks that every Worker ends as it was told to.
 *
 *   node --expose-gc scripts/safety/waves.js [--waves 4] [--workers 4] [--work 20] [--within 200]
 *
 * Workers that are terminated are so at a moment `--within` so many ms of their start: more, where all is slow.
 */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { once } = require('node:events');
const { setImmediate: turn } = require('node:timers/promises');
const { parseArgs } = require('node:util');
const { Worker, isMainThread, workerData } = require('node:worker_threads');

const { createHook, AsyncResource, AsyncLocalStorage } = require('../..');
const legacy = require('../../legacy');
const { record } = require('../../record');

const { values: options } = parseArgs({
  options: {
    waves: { type: 'string', default: '4' },
    workers: { type: 'string', default: '4' },
    work: { type: 'string', default: '20' },
    within: { type: 'string', default: '200' },
  },
});

/** More than the window of contexts has room for, so that they move to Rust and back. */
const DEEP = 3000;
/** The exit codes that each end may leave. A Worker that is terminated before its first line has 0. */
const ENDS = { return: [0], exit: [7], throw: [1], terminate: [0, 1], never: [0, 1] };

/** @typedef {keyof typeof ENDS} End */

const collect = () => /** @type {() => void} */ (globalThis.gc)();

// What is done

/** Hooks of every kind, changed from inside of callbacks. */
function hooks() {
  let events = 0;
  const count = () => {
    events += 1;
  };
  const inner = createHook({ init: count, destroy: count });
  const all = createHook({
    init(id, type) {
      if (type === 'SWITCH') inner.enable();
      events += 1;
    },
    before: count,
    after: count,
    destroy: count,
    promiseResolve: count,
  }).enable();
  new AsyncResource('SWITCH', { requireManualDestroy: true }).emitDestroy();
  return {
    all,
    inner,
    get events() {
      return events;
    },
  };
}

/** Contexts that spill, and an exception through all of them. */
function contexts() {
  const dive = (/** @type {number} */ depth) => {
    const id = legacy.newAsyncId();
    legacy.emitBefore(id, 1);
    if (depth === 0) throw new Error('up');
    dive(depth - 1);
  };
  const resource = new AsyncResource('DEEP');
  try {
    resource.runInAsyncScope(() => {
      for (let depth = 0; depth < DEEP; depth++) legacy.emitBefore(depth + 1, 1);
      for (let depth = DEEP; depth-- > 0;) legacy.emitAfter(depth + 1);
      dive(100);
    });
  } catch (error) {
    if (/** @type {Error} */ (error).message !== 'up') throw error;
  }
}

/** Promises whose ends come in batches, and storages that come and go. */
async function promises() {
  const storages = Array.from({ length: 8 }, () => new AsyncLocalStorage());
  const leaf = async (/** @type {number} */ n) => {
    await null;
    return n;
  };
  /** @type {(depth: number) => Promise<number[]>} */
  const run = (depth) =>
    depth === storages.length ? Promise.all(Array.from({ length: 50 }, (_, n) => leaf(n))) : storages[depth].run(depth, run, depth + 1);
  const stores = storages[0].run(1, () => AsyncLocalStorage.snapshot());
  await run(0);
  if (stores(() => storages[0].getStore()) !== 1) throw new Error('a store is lost');
}

/** @param {number} rounds */
async function work(rounds) {
  for (let round = 0; round < rounds; round++) {
    const { all, inner } = hooks();
    contexts();
    await promises();
    legacy.emitDestroy(legacy.newAsyncId());
    await new Promise((resolve) => fs.stat(__filename, resolve));
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (round % 4 === 3) collect();
    await turn();
    inner.disable();
    if (round % 3 > 0) all.disable();
  }
}

// Who does it

/** @param {{ end: End, rounds: number, isRecorded: boolean }} data */
async function inWorker({ end, rounds, isRecorded }) {
  const recorder = isRecorded ? record() : undefined;
  if (end === 'never') for (;;) await work(rounds);
  await work(rounds);
  recorder?.mark(end);
  if (end === 'exit') process.exit(7);
  if (end === 'throw') throw new Error('as told');
  // Hooks stay enabled, and what waits for its destroy waits on.
  createHook({ init() {}, destroy() {} }).enable();
  if (end === 'terminate') await new Promise((resolve) => setTimeout(resolve, 60_000, resolve));
}

/**
 * @param {End} end
 * @param {number} rounds
 * @param {number} number
 */
async function worker(end, rounds, number) {
  const data = { end, rounds, isRecorded: number % 2 === 0 };
  const thread = new Worker(__filename, { workerData: data, stderr: true });
  thread.on('error', (error) => {
    if (error.message !== 'as told') throw error;
  });
  if (end === 'terminate' || end === 'never') {
    // Anywhere from before its first line to the middle of its work.
    setTimeout(() => thread.terminate(), ((number * 0.37) % 1) * Number(options.within));
  }
  const [code] = await once(thread, 'exit').catch(() => once(thread, 'exit'));
  if (!ENDS[end].includes(code)) throw new Error(`a Worker that was to end by ${end} ended with ${code}`);
}

async function main() {
  const [waves, workers, rounds] = [options.waves, options.workers, options.work].map(Number);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  const ends = /** @type {End[]} */ (Object.keys(ENDS));
  try {
    for (let wave = 0, number = 0; wave < waves; wave++) {
      // A ring so small that it is full and goes round.
      process.env.ASYNC_HOOKS_RS_RECORD_SLOTS = String(1 << (10 + (wave % 8)));
      const recorder = record({ file: path.join(folder, `${wave}.rec`), stacks: 10 });
      const started = Array.from({ length: workers }, () => worker(ends[number % ends.length], rounds, number++));
      await Promise.all([...started, work(rounds)]);
      recorder.stats();
      if (wave % 2 === 0) await recorder.stop();
      collect();
      await turn();
    }
    console.log(`${waves * workers} Workers in ${waves} waves ended as they were told to.`);
  } finally {
    // The recording that is still going on may keep its file; what is recorded then goes nowhere.
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (globalThis.gc === undefined) throw new Error('Without --expose-gc, little is freed while it runs');
if (isMainThread) main();
else inWorker(workerData);
