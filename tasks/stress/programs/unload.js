'use strict';

/**
 * `unload.js ROUNDS FOLDER`: the main thread never loads the package, only Workers do, some of them in Workers of their own; in
 * between none has it. At the end the main thread loads it after all.
 */

const path = require('node:path');
const { once } = require('node:events');
const { isMainThread, Worker, workerData } = require('node:worker_threads');

const { holdings } = require('./holdings');

/** Of these Workers, every third records. */
const AT_ONCE = 3;

async function main() {
  const [rounds, folder] = [Number(process.argv[2]), process.argv[3]];
  const before = holdings();
  let warm = before;
  const mappings = [];
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => {
        const file = index === 0 && round % 2 === 0 ? path.join(folder, `${round}.rec`) : null;
        return ended(new Worker(__filename, { workerData: { depth: index, file } }));
      }),
    );
    if (round === Math.floor(rounds / 3)) warm = holdings();
    mappings.push(holdings().mappings);
  }
  const end = holdings();
  const ah = require('./module');
  const seen = /** @type {string[]} */ ([]);
  ah.createHook({
    init(asyncId, type) {
      seen.push(type);
    },
  }).enable();
  new ah.AsyncResource('AFTERWARDS');
  console.log(JSON.stringify({ before, warm, end, mappings: [...new Set(mappings)], works: seen.includes('AFTERWARDS') }));
}

/** @param {Worker} worker */
async function ended(worker) {
  const [code] = await once(worker, 'exit');
  if (code !== 0) throw new Error(`a Worker ended with ${code}`);
}

async function inWorker() {
  const { depth, file } = workerData;
  const nested = depth > 0 ? ended(new Worker(__filename, { workerData: { depth: depth - 1, file: null } })) : null;
  const ah = require('./module');
  if (file !== null && process.env.MODULE_UNDER_TEST !== 'builtin') require('../../../record').record({ file });
  const storage = new ah.AsyncLocalStorage();
  ah.createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
  await storage.run(1, async () => {
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    new ah.AsyncResource('INSIDE').emitDestroy();
  });
  await nested;
}

if (isMainThread) main();
else inWorker();
