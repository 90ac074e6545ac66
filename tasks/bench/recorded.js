'use strict';

/**
 * What the rows of the recorder run: the await chain, and an HTTP server with its client in one process. As a program,
 * `node recorded.js REQUESTS`, it serves so many requests, and prints how many of the second half it served a second.
 */

const { once } = require('node:events');
const http = require('node:http');

const CONNECTIONS = 20;
const AWAITS = 10;

async function leaf() {}

async function chain() {
  await leaf();
  await leaf();
}

/** @param {number} size */
async function batch(size) {
  for (let i = 0; i < size; i++) await chain();
}

/**
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 */
async function handle(request, response) {
  for (let i = 0; i < AWAITS; i++) await leaf();
  response.end('done.');
}

/**
 * @param {number} count
 * @returns {Promise<number>} the milliseconds that they took
 */
async function requests(count) {
  const server = http.createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const before = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, client) => {
      for (let i = client; i < count; i += CONNECTIONS) await ask(agent, port);
    }),
  );
  const passed = performance.now() - before;
  agent.destroy();
  server.close();
  await once(server, 'close');
  return passed;
}

/**
 * @param {http.Agent} agent
 * @param {number} port
 */
function ask(agent, port) {
  return new Promise((resolve, reject) => {
    http
      .get({ agent, port, host: '127.0.0.1' }, (response) => {
        response.resume().on('end', resolve);
      })
      .on('error', reject);
  });
}

/**
 * What is not recorded costs nothing: a run in which something was dropped measures something else.
 * @param {ReturnType<import('../../record').Recorder['stats']>} stats
 */
function failWhereDropped(stats) {
  const dropped = Object.entries(stats)
    .filter(([, of]) => of.dropped > 0)
    .map(([type, of]) => `${type} ${of.dropped}`);
  if (dropped.length > 0) throw new Error(`resources were dropped: ${dropped.join(', ')}`);
}

async function main() {
  const half = Number(process.argv[2]) / 2;
  await requests(half);
  console.log((half / (await requests(half))) * 1e3);
  const isRecorded = process.env.ASYNC_HOOKS_RS_RECORD_PROCESS === String(process.pid);
  if (isRecorded) failWhereDropped(require('../../record').record().stats());
}

if (require.main === module) main();

module.exports = { batch, failWhereDropped };
