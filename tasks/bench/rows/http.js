'use strict';

/** HTTP servers that another process asks, over kept-alive connections. */

const { once } = require('node:events');
const path = require('node:path');

const { storageBar, totalAtLeast } = require('../bars');
const { FIVE } = require('../counters');
const { operationsPerSecond } = require('../measures');

const CONNECTIONS = 20;
const AWAITS = 10;
const READS = 20;

async function step() {}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function handle(request, response) {
  for (let i = 0; i < AWAITS; i++) await step();
  response.end('done.');
}

/**
 * One `run` and twenty `getStore` for each request.
 * @param {import('.').Context} context
 * @returns {import('node:http').RequestListener}
 */
function handlerWithStorage({ variant, asyncHooks }) {
  /** @type {import('node:async_hooks').AsyncLocalStorage<object>} */
  const storage = new asyncHooks.AsyncLocalStorage();
  /** @type {import('node:http').RequestListener} */
  const answer = async (request, response) => {
    for (let i = 0; i < READS; i++) {
      if (i % 2 === 0) await step();
      if (variant !== 'none' && storage.getStore() !== request) throw new Error('a store was lost');
    }
    response.end('done.');
  };
  if (variant === 'none') return answer;
  return (request, response) => storage.run(request, answer, request, response);
}

/**
 * @param {import('.').Context} context
 * @param {import('node:http').RequestListener} handler
 */
async function prepare({ onEnd }, handler) {
  // Loaded here, so that the other rows run without them.
  const { fork } = require('node:child_process');
  const { createServer } = require('node:http');

  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const client = fork(path.join(__dirname, '..', 'client.js'), [String(port), String(CONNECTIONS)], { execArgv: [] });
  await once(client, 'message');
  onEnd(async () => {
    client.disconnect();
    await once(client, 'exit');
    server.close();
  });
  return (/** @type {number} */ size) =>
    new Promise((resolve) => {
      client.once('message', resolve);
      client.send(size);
    });
}

/** @type {import('.').Row[]} */
module.exports = [
  {
    name: 'HTTP server, ten awaits, five',
    hooks: FIVE,
    measure: operationsPerSecond,
    bar: totalAtLeast(1.2, 0.97),
    size: 2_000,
    batches: 10,
    // The handler, ten steps and the awaits on these. The sockets have events of their own,
    // more or fewer as the chunks of data come.
    events: { promiseResolve: 1 + 2 * AWAITS },
    leastEvents: { init: 1 + 2 * AWAITS, before: AWAITS, after: AWAITS },
    prepare: (context) => prepare(context, handle),
  },
  {
    name: 'HTTP server, storage',
    hooks: [],
    measure: operationsPerSecond,
    bar: storageBar('>=', 1.0, 1.0, 1.0),
    size: 2_000,
    batches: 10,
    prepare: (context) => prepare(context, handlerWithStorage(context)),
  },
];
