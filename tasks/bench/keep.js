'use strict';

/**
 * What a recorder that is always on costs servers whose handlers do work: throughput, and how long requests take for who asks, beside
 * the same server that is not recorded.
 *
 *   node tasks/bench/keep.js [--rounds N] [--seconds N] [--connections N] [SERVER...]
 *
 * SERVER is `api` (JSON of queries of SQLite; Node 22 and later), `react` (a page rendered by React, which `npm run test:clients` installs in
 * `tasks/clients`) or `proxy` (hands on what another server answers after 2 ms, with `fetch`). Each of three variants, not recorded, with
 * `--keep 64MiB`, and with that and `--no-promises`, runs in a process of its own, in turns; what asks is another process, over so many
 * connections (8). With one, no request waits for another one: what it takes is what the handler takes.
 */

const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { median, quantile } = require('./statistics');

/** Milliseconds until requests count. */
const WARM = 3_000;
/** Milliseconds that handlers compute or wait at least. */
const WORK = 2;

const RECORDER = path.join(__dirname, '..', '..', 'record.js');
const CLIENTS = path.join(__dirname, '..', 'clients', 'package.json');

const KEPT = { ASYNC_HOOKS_RS_RECORD_KEEP: '64MiB' };
/** What the recorder is told; nothing where there is none. @type {Record<string, NodeJS.ProcessEnv | null>} */
const VARIANTS = { none: null, keep: KEPT, 'no-promises': { ...KEPT, ASYNC_HOOKS_RS_RECORD_PROMISES: '0' } };

/** What a handler answers, made again until it took its time. @param {() => string} make */
function worked(make) {
  const began = performance.now();
  for (;;) {
    const made = make();
    if (performance.now() - began >= WORK) return made;
  }
}

/** @type {Record<string, () => http.RequestListener | Promise<http.RequestListener>>} */
const SERVERS = {
  api() {
    const { DatabaseSync } = require(/** @type {any} */ ('node:sqlite'));
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, owner INTEGER, name TEXT, price REAL)');
    const insert = database.prepare('INSERT INTO items (owner, name, price) VALUES (?, ?, ?)');
    for (let i = 0; i < 5_000; i++) insert.run(i % 100, `item ${i}`, i / 7);
    const byOwner = database.prepare('SELECT id, name, price FROM items WHERE owner = ? ORDER BY price DESC LIMIT 20');
    let next = 0;
    const load = async () => worked(() => JSON.stringify(byOwner.all(next++ % 100)));
    return async (request, response) => {
      await new Promise((resolve) => setImmediate(resolve));
      const body = await load();
      response.setHeader('content-type', 'application/json');
      response.end(body);
    };
  },

  react() {
    const load = createRequire(CLIENTS);
    const { createElement } = load('react');
    const { renderToString } = load('react-dom/server');
    const row = (/** @type {number} */ n) => createElement('li', { key: n, className: 'row' }, createElement('b', null, n), ` item ${n}`);
    const page = () =>
      createElement(
        'ul',
        null,
        Array.from({ length: 200 }, (_, n) => row(n)),
      );
    return async (request, response) => {
      await null;
      response.end(worked(() => renderToString(page())));
    };
  },

  async proxy() {
    const upstream = http.createServer((request, response) => setTimeout(() => response.end('{"of":"upstream"}'), WORK));
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (upstream.address());
    return async (request, response) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      const body = await answer.json();
      response.end(worked(() => JSON.stringify(body)));
    };
  },
};

/** @param {string} name */
async function serve(name) {
  const server = http.createServer(await SERVERS[name]()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('message', () => process.exit());
  process.send?.(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
}

/**
 * Asks, each connection for one thing after the other.
 * @param {number} port
 * @param {number} seconds
 * @param {number} connections
 */
async function load(port, seconds, connections) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const begins = performance.now() + WARM;
  const ends = begins + seconds * 1000;
  /** @type {number[]} */
  const times = [];
  const ask = async () => {
    for (let began = performance.now(); began < ends; began = performance.now()) {
      const [answer] = await once(http.get({ port, host: '127.0.0.1', agent }), 'response');
      answer.resume();
      await once(answer, 'end');
      if (began >= begins) times.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: connections }, ask));
  process.send?.({ rate: times.length / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
  process.disconnect();
}

/** @typedef {{ rate: number, p50: number, p99: number }} Measured requests a second, and milliseconds */
/** @typedef {{ seconds: string, connections: string }} Asked */

/**
 * @param {string} server
 * @param {string} variant
 * @param {Asked} asked
 * @returns {Promise<Measured>}
 */
async function measure(server, variant, { seconds, connections }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-bench-'));
  const told = VARIANTS[variant];
  const child = fork(__filename, ['--serve', server], {
    execArgv: ['--no-warnings', ...(told === null ? [] : ['--require', RECORDER])],
    env: { ...process.env, NODE_ENV: 'production', ASYNC_HOOKS_RS_RECORD_FILE: path.join(folder, 'recording'), ...told },
  });
  try {
    const [port] = await once(child, 'message');
    const asker = fork(__filename, ['--load', String(port), '--seconds', seconds, '--connections', connections], { execArgv: [] });
    const [measured] = await Promise.race([once(asker, 'message'), once(asker, 'exit').then(() => Promise.reject(Error('nobody asked')))]);
    child.send('end');
    await once(child, 'exit');
    return measured;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} server
 * @param {number} rounds
 * @param {Asked} asked
 */
async function compare(server, rounds, asked) {
  /** @type {Record<string, Measured[]>} */
  const all = { none: [], keep: [], 'no-promises': [] };
  for (let round = 0; round < rounds; round++) {
    for (const variant of Object.keys(VARIANTS)) all[variant].push(await measure(server, variant, asked));
  }
  const of = (/** @type {string} */ variant, /** @type {keyof Measured} */ what) =>
    median(all[variant].map((measured, round) => measured[what] / all.none[round][what])).toFixed(3);
  const [rate, p50, p99] = /** @type {const} */ (['rate', 'p50', 'p99']).map((what) => median(all.none.map((measured) => measured[what])));
  console.log(`${server}: ${rate.toFixed(0)} requests a second, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; of that`);
  for (const variant of ['keep', 'no-promises']) {
    console.log(`  ${variant.padEnd(12)} throughput ${of(variant, 'rate')}, p50 ${of(variant, 'p50')}, p99 ${of(variant, 'p99')}`);
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '8' },
      serve: { type: 'string' },
      load: { type: 'string' },
    },
    allowPositionals: true,
  });
  const { rounds, seconds, connections, serve: served, load: loaded } = values;
  if (served !== undefined) return serve(served);
  if (loaded !== undefined) return load(Number(loaded), Number(seconds), Number(connections));
  console.log(`Node ${process.version}, ${rounds} rounds of ${seconds} s, connections: ${connections}`);
  for (const server of positionals.length > 0 ? positionals : Object.keys(SERVERS))
    await compare(server, Number(rounds), { seconds, connections });
}

main();
