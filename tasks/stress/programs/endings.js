'use strict';

/**
 * `endings.js EVENT SOURCE ACTION`: in the first callback of this kind, about a resource of this kind, the program ends.
 * In a Worker, which gets the three as its data, it is the Worker that ends.
 */

const fs = require('node:fs');
const { isMainThread, parentPort, workerData } = require('node:worker_threads');

const ah = require('./module');

const [event, source, action] = isMainThread ? process.argv.slice(2) : workerData;

/** @param {unknown} text */
function say(text) {
  if (isMainThread) fs.writeSync(1, `${text}\n`);
  // Directly: a stream of the Worker would be told later, or never.
  else /** @type {import('node:worker_threads').MessagePort} */ (parentPort).postMessage(text);
}

/** @type {Record<string, () => void>} */
const SOURCES = {
  resource() {
    const resource = new ah.AsyncResource('ENDING', { requireManualDestroy: true });
    resource.runInAsyncScope(() => say('in scope'));
    resource.emitDestroy();
  },
  timer() {
    setTimeout(() => say('timer'), 1);
  },
  tick() {
    process.nextTick(() => say('tick'));
  },
  file() {
    fs.stat(__filename, () => say('file'));
  },
  promise() {
    Promise.resolve().then(() => say('continuation'));
    collect(20);
  },
  async async() {
    await null;
    say('continued');
    collect(20);
  },
};

/** @param {number} times */
function collect(times) {
  globalThis.gc?.();
  if (times > 0) setImmediate(collect, times - 1);
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  exit() {
    process.exit(3);
  },
  exitInExit() {
    process.on('exit', () => process.exit(4));
    process.exit();
  },
  abort() {
    process.abort();
  },
  throw() {
    throw new TypeError('thrown by the hook');
  },
  throwNothing() {
    // eslint-disable-next-line no-throw-literal
    throw undefined;
  },
  reject() {
    Promise.reject(new Error('rejected by the hook'));
  },
};

let isOver = false;
function end() {
  if (isOver) return;
  isOver = true;
  say(`in ${event}`);
  ACTIONS[action]();
  say('gone on');
}

process.on('uncaughtException', (error) => say(`uncaught ${error}`));
process.on('exit', (code) => say(`exit ${code}`));

ah.createHook({ [event]: end }).enable();
try {
  SOURCES[source]();
} catch (error) {
  say(`caught ${error}`);
}
say('end of the script');
