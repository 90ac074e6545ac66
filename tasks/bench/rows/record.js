'use strict';

/**
 * What recording costs: beside a hook of Node's whose callbacks do nothing but store a time in a Map, and beside Node's own
 * trace events. The cost of a promise is what it takes more than without anything, in the same process; so `none` is 0.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { oursAtLeast, oursAtMost, totalAtLeast, totalAtMost } = require('../bars');
const { batch, failWhereDropped } = require('../recorded');
const { turn } = require('../loop');

/** @typedef {import('../variants').Variant} Variant */

const BATCH = 1_000;
const BATCHES = 300;
const PROMISES_PER_OPERATION = 6;
/** Half of them before the ones that count: code that is not optimized yet costs several times as much. */
const SERVED = 16_000;
/** Fewer, as Node's trace events of them are 100 MB. */
const TRACED = 4_000;
const TRIES = 5;
const RECORDED = path.join(__dirname, '..', 'recorded.js');
const TIMES = path.join(__dirname, '..', 'times.js');
const RECORDER = path.join(__dirname, '..', '..', '..', 'record.js');

/** What Node is given to serve with: two rivals stand in the place of the builtin. */
const withTimes = { none: [], builtin: ['--require', TIMES], ours: ['--require', RECORDER] };
const withTraceEvents = { ...withTimes, builtin: ['--trace-event-categories', 'node.async_hooks'] };

/** @param {(folder: string) => number | Promise<number>} callback */
async function inFolder(callback) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-bench-'));
  try {
    return await callback(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Variant} variant
 * @param {string} folder
 * @returns {() => void} fails where what was measured is not all that happened
 */
function start(variant, folder) {
  if (variant === 'ours') {
    const recorder = require('../../../record').record({ file: path.join(folder, 'bench.rec') });
    return () => failWhereDropped(recorder.stats());
  }
  if (variant === 'builtin') require(TIMES);
  return () => {};
}

/** Processor time of this thread, where Node tells it: the drain thread is on another core. */
function clock() {
  const { threadCpuUsage } = /** @type {any} */ (process);
  if (threadCpuUsage === undefined) return Number(process.hrtime.bigint());
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) * 1e3;
}

/** @returns {Promise<number>} nanoseconds per promise */
async function timePerPromise() {
  for (let i = 0; i < BATCHES / 5; i++) await batch(BATCH);
  const before = clock();
  for (let i = 0; i < BATCHES; i++) {
    await batch(BATCH);
    await turn();
  }
  return (clock() - before) / (BATCHES * BATCH * PROMISES_PER_OPERATION);
}

/** @param {Variant} variant */
function costPerPromise(variant) {
  return inFolder(async (folder) => {
    const without = await timePerPromise();
    const check = start(variant, folder);
    const cost = (await timePerPromise()) - without;
    check();
    return cost;
  });
}

/**
 * A server in a process of its own, with its client.
 * @param {string[]} options of Node
 * @param {number} count of requests
 * @param {string} folder for what is written
 * @returns {number} requests per second
 */
function serve(options, count, folder) {
  const run = () =>
    spawnSync(process.execPath, [...options, RECORDED, String(count)], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ASYNC_HOOKS_RS_RECORD_FILE: path.join(folder, 'bench.rec') },
    });
  // The writer of Node's trace events now and then ends the process by an assertion of its own.
  const tries = options === withTraceEvents.builtin ? TRIES : 1;
  let { status, stdout, stderr } = run();
  for (let done = 1; status !== 0 && done < tries; done++) ({ status, stdout, stderr } = run());
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/**
 * Beside a process without anything right after it: what is slow for a while slows both down.
 * @param {Variant} variant
 * @returns {Promise<number>} percent; `none` shows how far it is to be believed
 */
function throughputKept(variant) {
  return inFolder((folder) => (100 * serve(withTimes[variant], SERVED, folder)) / serve(withTimes.none, SERVED, folder));
}

/** @param {Variant} variant */
function requestsPerSecond(variant) {
  return inFolder((folder) => serve(withTraceEvents[variant], TRACED, folder));
}

/** @param {Variant} variant */
function bytesPerRequest(variant) {
  return inFolder((folder) => {
    serve(withTraceEvents[variant], TRACED, folder);
    const sizes = fs.readdirSync(folder).map((file) => fs.statSync(path.join(folder, file)).size);
    return sizes.reduce((all, size) => all + size, 0) / TRACED;
  });
}

const value = (/** @type {string} */ unit, /** @type {'lower' | 'higher'} */ better) => ({
  unit,
  better,
  read: (/** @type {{ wall: number }} */ { wall }) => wall,
});
const common = { hooks: [] };
const promise = { ...common, measure: value('ns', 'lower'), once: costPerPromise };
const http = { ...common, measure: value('%', 'higher'), once: throughputKept };

/** @type {import('.').Row[]} */
module.exports = [
  { ...promise, name: 'record, per promise', bar: oursAtMost(120) },
  { ...promise, name: 'record, per promise, of a Map of times', bar: totalAtMost(0.2) },
  { ...http, name: 'record, HTTP throughput kept', bar: oursAtLeast(80) },
  {
    ...common,
    name: 'record, HTTP, beside trace events',
    measure: value('1/s', 'higher'),
    bar: totalAtLeast(1, 1),
    once: requestsPerSecond,
  },
  {
    ...common,
    name: 'record, bytes a request, of trace events',
    measure: value('B', 'lower'),
    bar: totalAtMost(0.05),
    once: bytesPerRequest,
  },
];
