'use strict';

/**
 * What places and stacks cost a server that is recorded: the processor time of its main thread for a request, beside that of
 * the same server recorded without places.
 *
 *   node tasks/bench/places.js [--rounds N] [SERVER...]
 *
 * SERVER is `awaits` (ten awaits a request) or `express` (Express with three queries of SQLite; Node 22 and later), which takes
 * Express from `tasks/clients`: `npm run test:clients` installs it. Each of three variants runs in a process of its own, in turns.
 */

const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { createRequire } = require('node:module');
const { parseArgs } = require('node:util');

const { median } = require('./statistics');

const CONNECTIONS = 20;
/** Milliseconds until requests count, in which the recorder sees most places for the first time, and while they do. */
const [WARM, COUNTED] = [5_000, 3_000];
/** So many are asked for at once. */
const BATCH = 1_000;
const AWAITS = 10;

const RECORDER = path.join(__dirname, '..', '..', 'record.js');
const CLIENTS = path.join(__dirname, '..', 'clients', 'package.json');

/** What the recorder is told. @type {Record<string, NodeJS.ProcessEnv>} */
const VARIANTS = { without: { ASYNC_HOOKS_RS_RECORD_PLACES: '0' }, places: {}, stacks: { ASYNC_HOOKS_RS_RECORD_STACKS: '1' } };

/** @type {Record<string, () => http.RequestListener>} */
const SERVERS = {
  awaits() {
    const step = async () => {};
    return async (request, response) => {
      for (let i = 0; i < AWAITS; i++) await step();
      response.end('done.');
    };
  },

  express() {
    const { DatabaseSync } = require(/** @type {any} */ ('node:sqlite'));
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, owner INTEGER, name TEXT, price REAL)');
    const insert = database.prepare('INSERT INTO items (owner, name, price) VALUES (?, ?, ?)');
    for (let i = 0; i < 5_000; i++) insert.run(i % 100, `item ${i}`, i / 7);
    const byOwner = database.prepare('SELECT id, name, price FROM items WHERE owner = ? ORDER BY price DESC LIMIT 20');
    const total = database.prepare('SELECT count(*) AS count, sum(price) AS sum FROM items WHERE owner = ?');
    const one = database.prepare('SELECT name FROM items WHERE id = ?');

    const express = createRequire(CLIENTS)('express');
    const app = express();
    const router = express.Router();
    let next = 0;
    const load = async (/** @type {number} */ owner) => ({ items: byOwner.all(owner), total: total.get(owner), first: one.get(owner + 1) });
    app.use(express.json());
    app.use((/** @type {any} */ request, /** @type {any} */ response, /** @type {() => void} */ go) => setImmediate(go));
    router.get('/', async (/** @type {any} */ request, /** @type {any} */ response) => {
      const found = await load(next++ % 100);
      response.type('json').send(`${JSON.stringify(found)}done.`);
    });
    app.use(router);
    return app;
  },
};

/** @param {string} server */
async function serve(server) {
  const listener = http.createServer(SERVERS[server]()).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (listener.address());
  const client = fork(path.join(__dirname, 'client.js'), [String(port), String(CONNECTIONS)], { execArgv: [], env: {} });
  await once(client, 'message');
  const ask = async (/** @type {number} */ count) => {
    client.send(count);
    await once(client, 'message');
  };
  const askFor = async (/** @type {number} */ ms) => {
    let count = 0;
    for (const end = performance.now() + ms; performance.now() < end; count += BATCH) await ask(BATCH);
    return count;
  };
  await askFor(WARM);
  const before = clock();
  const count = await askFor(COUNTED);
  process.send?.((clock() - before) / count);
  client.disconnect();
  listener.close();
  process.disconnect();
}

/** Processor time in µs, of this thread where Node tells it. */
function clock() {
  const { threadCpuUsage = process.cpuUsage } = /** @type {any} */ (process);
  const { user, system } = threadCpuUsage.call(process);
  return user + system;
}

/**
 * @param {string} server
 * @param {string} variant
 * @param {string} folder
 * @returns {Promise<number>} µs for a request
 */
async function measure(server, variant, folder) {
  const file = path.join(folder, 'recording');
  const child = fork(__filename, ['--serve', server], {
    execArgv: ['--no-warnings', '--require', RECORDER],
    env: { ...process.env, ASYNC_HOOKS_RS_RECORD_FILE: file, ...VARIANTS[variant] },
  });
  const [[time]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  fs.rmSync(file, { force: true });
  return time;
}

/**
 * @param {string} server
 * @param {number} rounds
 */
async function compare(server, rounds) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-bench-'));
  /** @type {Record<string, number[]>} */
  const times = { without: [], places: [], stacks: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      for (const variant of Object.keys(VARIANTS)) times[variant].push(await measure(server, variant, folder));
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const kept = (/** @type {string} */ variant) => median(times[variant].map((time, round) => times.without[round] / time));
  console.log(
    `${server}: ${median(times.without).toFixed(0)} µs a request without places; ` +
      `with places ${kept('places').toFixed(2)} of the throughput of the main thread, with stacks ${kept('stacks').toFixed(2)}`,
  );
}

async function main() {
  const {
    values: { rounds, serve: served },
    positionals,
  } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, serve: { type: 'string' } }, allowPositionals: true });
  if (served !== undefined) return serve(served);
  console.log(`Node ${process.version}, ${rounds} rounds`);
  for (const server of positionals.length > 0 ? positionals : Object.keys(SERVERS)) await compare(server, Number(rounds));
}

main();
