'use strict';

/**
 * What it costs to keep the context in callbacks of native addons: the processor time of the main thread of a server for a request, where an
 * addon is loaded, beside that of the same server with `ASYNC_HOOKS_RS_NATIVE_CONTEXT=0`; and the time of one call of an addon.
 *
 *   node tasks/bench/native-context.js [--rounds N]
 *
 * The handler enters a store with `run` and awaits ten functions. Each variant runs in a process of its own, in turns. The addon is
 * that of the tests, in C, and needs a compiler.
 */

const { fork } = require('node:child_process');
const { once } = require('node:events');
const http = require('node:http');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { buildC } = require('../../__test__/support/addons');
const { median } = require('./statistics');

const CONNECTIONS = 20;
/** Requests before those that count, and those. */
const [WARM, COUNTED] = [10_000, 20_000];
const AWAITS = 10;
/** Calls of the addon before those that count, and those. */
const [WARM_CALLS, CALLS] = [50_000, 200_000];

const REGISTER = path.join(__dirname, '..', '..', 'register.js');

/**
 * By the environment, and whether an addon is loaded.
 * @type {Record<string, { env: NodeJS.ProcessEnv, hasAddon: boolean }>}
 */
const VARIANTS = {
  off: { env: { ASYNC_HOOKS_RS_NATIVE_CONTEXT: '0' }, hasAddon: true },
  kept: { env: {}, hasAddon: true },
  'no addon': { env: {}, hasAddon: false },
};

/** @param {any} addon */
async function serve(addon) {
  const { AsyncLocalStorage } = require('node:async_hooks');
  const storage = new AsyncLocalStorage();
  const step = async () => {};
  let right = 0;
  const server = http.createServer((_request, response) =>
    storage.run({ response }, async () => {
      for (let i = 0; i < AWAITS; i++) await step();
      if (storage.getStore()?.response === response) right += 1;
      response.end('done.');
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const client = fork(path.join(__dirname, 'client.js'), [String(port), String(CONNECTIONS)], { execArgv: [], env: {} });
  await once(client, 'message');
  const ask = async (/** @type {number} */ count) => {
    client.send(count);
    await once(client, 'message');
  };
  await ask(WARM);
  const before = clock();
  await ask(COUNTED);
  const request = (clock() - before) / COUNTED;
  client.disconnect();
  server.close();
  if (right < WARM + COUNTED) throw new Error(`${right} requests had their store`);
  process.send?.({ request, call: addon === undefined ? 0 : await callTime(addon, storage) });
  process.disconnect();
}

/**
 * @param {any} addon
 * @param {import('node:async_hooks').AsyncLocalStorage<unknown>} storage
 */
async function callTime(addon, storage) {
  let before = 0;
  for (let i = 0; i < WARM_CALLS + CALLS; i++) {
    if (i === WARM_CALLS) before = clock();
    const resource = {};
    storage.run(i, () => {
      const context = addon.context(resource);
      addon.inScope(context, resource, () => {});
      addon.destroyContext(context);
    });
    // What was made is destroyed as in a real program.
    if (i % 1_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return (clock() - before) / CALLS;
}

/** Processor time in µs, of this thread where Node tells it. */
function clock() {
  const { threadCpuUsage = process.cpuUsage } = /** @type {any} */ (process);
  const { user, system } = threadCpuUsage.call(process);
  return user + system;
}

/**
 * @param {string} variant
 * @param {string} addon
 * @returns {Promise<{ request: number, call: number }>} µs
 */
async function measure(variant, addon) {
  const { env, hasAddon } = VARIANTS[variant];
  const child = fork(__filename, ['--serve', hasAddon ? addon : ''], {
    execArgv: ['--no-warnings', '--require', REGISTER],
    env: { ...process.env, ...env },
  });
  const [[times]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return times;
}

/** @param {number} rounds */
async function compare(rounds) {
  const { file, skip } = buildC();
  if (file === undefined) throw new Error(skip);
  /** @type {Record<string, { request: number, call: number }[]>} */
  const times = Object.fromEntries(Object.keys(VARIANTS).map((variant) => [variant, []]));
  const order = Object.keys(VARIANTS);
  for (let round = 0; round < rounds; round++) {
    for (const variant of order) times[variant].push(await measure(variant, file));
    order.push(/** @type {string} */ (order.shift()));
  }
  const kept = (/** @type {string} */ variant) =>
    median(times[variant].map(({ request }, round) => times.off[round].request / request)).toFixed(3);
  const call = (/** @type {string} */ variant) => median(times[variant].map((time) => time.call)).toFixed(2);
  const request = median(times.off.map((time) => time.request)).toFixed(1);
  console.log(
    `${request} µs a request where it is off; kept: ${kept('kept')} of the throughput of the main thread; ` +
      `without an addon: ${kept('no addon')}. A call of the addon: ${call('off')} µs, kept: ${call('kept')}`,
  );
}

async function main() {
  const {
    values: { rounds, serve: served },
  } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, serve: { type: 'string' } } });
  if (served !== undefined) return serve(served === '' ? undefined : require(served));
  console.log(`Node ${process.version}, ${rounds} rounds`);
  await compare(Number(rounds));
}

main();
