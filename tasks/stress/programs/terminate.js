'use strict';

/** `terminate.js ROUNDS`: Workers are terminated while they are inside a callback of every kind. */

const path = require('node:path');
const { once } = require('node:events');
const { Worker } = require('node:worker_threads');

const ah = require('./module');

const ALL = ['init', 'before', 'after', 'destroy'];
/** The callbacks that a resource of each kind leads to. */
const SOURCES = { resource: ALL, promise: [...ALL, 'promiseResolve'], timer: ALL, embedder: ALL };

const rounds = Number(process.argv[2]);
const isBuiltin = process.env.MODULE_UNDER_TEST === 'builtin';

/**
 * @param {string} source
 * @param {string} event
 */
async function terminateInside(source, event) {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path.join(__dirname, 'blocked.js'), { workerData: { source, event, flag } });
  const ended = once(worker, 'exit');
  // The type of `waitAsync` is not in every library of types.
  await Promise.race([/** @type {any} */ (Atomics).waitAsync(flag, 0, 0).value, ended]);
  if (flag[0] !== 1) return `${source}, ${event}: ended with ${(await ended)[0]} before`;
  const code = await worker.terminate();
  return code === 1 ? null : `${source}, ${event}: ${code}`;
}

async function main() {
  let count = 0;
  const wrong = [];
  for (let round = 0; round < rounds; round++) {
    for (const [source, events] of Object.entries(SOURCES)) {
      if (source === 'embedder' && isBuiltin) continue;
      const results = await Promise.all(events.map((event) => terminateInside(source, event)));
      wrong.push(...results.filter(Boolean));
      count += results.length;
    }
  }
  let seen = 0;
  const hook = ah
    .createHook({
      init() {
        seen += 1;
      },
    })
    .enable();
  const resource = new ah.AsyncResource('AFTERWARDS');
  hook.disable();
  const inside = resource.runInAsyncScope(() => ah.executionAsyncId());
  if (seen !== 1 || inside !== resource.asyncId()) wrong.push('the main thread is not what it was');
  console.log(JSON.stringify({ count, wrong }));
}

main();
