'use strict';

/**
 * `hostile.js FROM`: the cases of `hostile-cases.js`, from this one on, each in a Worker of its own, one after the other; prints
 * of each what hooks saw of it and how it ended. Ids are told by the order in which they came.
 */

const fs = require('node:fs');
const { isMainThread, Worker, workerData } = require('node:worker_threads');

/** What the end of a Worker creates is no part of a case. @type {Record<string, boolean>} */
const WATCHED = { PROMISE: true, HOSTILE: true, Timeout: true, Immediate: true, TickObject: true, TAMPERED: true };

/** @param {string} text */
function print(text) {
  fs.writeSync(1, `${text}\n`);
}

async function main() {
  const { CASES } = require('./hostile-cases');
  for (const name of Object.keys(CASES).slice(Number(process.argv[2]))) {
    print(`# ${name}`);
    const worker = new Worker(__filename, { workerData: name });
    worker.on('error', (error) => print(`uncaught ${describe(error)}`));
    const code = await new Promise((resolve) => worker.on('exit', resolve));
    print(`ended with ${code}`);
  }
}

/** @param {any} error */
function describe(error) {
  try {
    return `${error?.name}: ${error?.message}`;
  } catch {
    return 'something that cannot be described';
  }
}

function inWorker() {
  const ah = require('./module');
  const { CASES } = require('./hostile-cases');
  // Plain stores: cases may have taken away the methods of arrays and maps.
  /** @type {Record<string, string>} */
  const names = Object.assign(Object.create(null), { 0: 'nothing', [ah.executionAsyncId()]: 'main' });
  let count = 0;
  const nameOf = (/** @type {any} */ id) => (typeof id === 'number' ? (names[id] ?? '?') : typeof id);
  let lines = '';
  const write = (/** @type {string} */ line) => {
    lines += `${line}\n`;
  };
  const hook = ah.createHook({
    init(asyncId, type, triggerAsyncId) {
      if (!WATCHED[type]) return;
      names[asyncId] = `${type}${count++}`;
      write(`init ${nameOf(asyncId)} ${nameOf(triggerAsyncId)} in ${nameOf(ah.executionAsyncId())}`);
    },
    before(asyncId) {
      if (names[asyncId]) write(`before ${nameOf(asyncId)} ${nameOf(ah.executionAsyncId())} ${nameOf(ah.triggerAsyncId())}`);
    },
    destroy() {},
    after(asyncId) {
      if (names[asyncId]) write(`after ${nameOf(asyncId)} ${nameOf(ah.executionAsyncId())}`);
    },
    promiseResolve(asyncId) {
      write(`resolve ${nameOf(asyncId)}`);
    },
  });
  const say = (/** @type {unknown} */ text) => write(`said ${String(text)} in ${nameOf(ah.executionAsyncId())}`);
  process.on('unhandledRejection', (error) => write(`unhandled ${describe(error)}`));
  const { writeSync } = fs;
  process.on('exit', () => writeSync(1, lines));
  try {
    CASES[workerData](ah, say, () => hook.enable());
  } catch (error) {
    write(`threw ${describe(error)}`);
  }
  setImmediate(() => setImmediate(() => hook.disable()));
}

if (isMainThread) main();
else inWorker();
