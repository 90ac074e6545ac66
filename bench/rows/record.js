'use strict';

/**
 * What recording costs: beside a hook of Node's whose callbacks do nothing but store a time in a Map, and for the size
 * beside Node's own trace events. Each variant is first run without, in the same process; so `none` is 0.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { oursAtLeast, oursAtMost, totalAtLeast, totalAtMost } = require('../bars');
const { batch, failWhereDropped, requests } = require('../recorded');
const { turn } = require('../loop');
const { moduleOf } = require('../variants');

/** @typedef {import('../variants').Variant} Variant */

const BATCH = 1_000;
const BATCHES = 300;
const PROMISES_PER_OPERATION = 6;
/** Of each part of a run: code that is not optimized yet costs several times as much, with and without. */
const SERVED = 8_000;
const REQUESTS = 4_000;
const TRIES = 5;
const RECORDED = path.join(__dirname, '..', 'recorded.js');

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
    const recorder = require('../../record').record({ file: path.join(folder, 'bench.rec') });
    return () => failWhereDropped(recorder.stats());
  }
  if (variant !== 'builtin') return () => {};
  const times = new Map();
  const store = (/** @type {number} */ id) => times.set(id, performance.now());
  moduleOf('builtin').createHook({
    init: store, before: store, after: store, promiseResolve: store, destroy: (id) => times.delete(id),
  }).enable();
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
    const cost = await timePerPromise() - without;
    check();
    return cost;
  });
}

/** @param {Variant} variant */
function throughputKept(variant) {
  return inFolder(async (folder) => {
    await requests(SERVED);
    const without = await requests(SERVED);
    const check = start(variant, folder);
    await requests(SERVED);
    const kept = 100 * without / await requests(SERVED);
    check();
    return kept;
  });
}

/**
 * A server in a process of its own, with Node's trace events, recorded, or neither.
 * @param {Variant} variant
 * @param {string} folder for what is written
 * @returns {number} requests per second
 */
function serve(variant, folder) {
  const options = {
    none: [],
    builtin: ['--trace-event-categories', 'node.async_hooks'],
    ours: ['--require', path.join(__dirname, '..', '..', 'record.js')],
  }[variant];
  const run = () => spawnSync(process.execPath, [...options, RECORDED, String(REQUESTS)], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, ASYNC_HOOKS_RS_RECORD_FILE: path.join(folder, 'bench.rec') },
  });
  // The writer of Node's trace events now and then ends the process by an assertion of its own.
  const tries = variant === 'builtin' ? TRIES : 1;
  let { status, stdout, stderr } = run();
  for (let done = 1; status !== 0 && done < tries; done++) ({ status, stdout, stderr } = run());
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

/** @param {Variant} variant */
function requestsPerSecond(variant) {
  return inFolder((folder) => serve(variant, folder));
}

/** @param {Variant} variant */
function bytesPerRequest(variant) {
  return inFolder((folder) => {
    serve(variant, folder);
    const sizes = fs.readdirSync(folder).map((file) => fs.statSync(path.join(folder, file)).size);
    return sizes.reduce((all, size) => all + size, 0) / REQUESTS;
  });
}

const value = (/** @type {string} */ unit, /** @type {'lower' | 'higher'} */ better) =>
  ({ unit, better, read: (/** @type {{ wall: number }} */ { wall }) => wall });
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
