'use strict';

/** What the clients of a shop ask for, and the service that the shop asks itself. */

const http = require('node:http');

/** So many requests are open at once. */
const AT_ONCE = 6;
/** Milliseconds until the prices come. */
const SLOW = 60;

/** @typedef {{ method: string, path: string, body?: string }} Ask */
/** @typedef {{ route: string, count: number }[]} Phase so many requests of each route, `:id` in the place of what is another one each time */

/** The routes that answer at once. @type {Phase} */
const HEALTHY = [{ route: 'GET /health', count: 40 }, { route: 'GET /api/users/:id', count: 80 }, { route: 'POST /api/orders', count: 40 }];
/** Those that wait. @type {Phase} */
const WAITING = [{ route: 'GET /api/locks/:id', count: 40 }, { route: 'GET /api/prices/:id', count: 40 }, { route: 'GET /api/steps/:id', count: 40 }];
/** The one that computes: few are enough, and others wait for it. @type {Phase} */
const BLOCKING = [{ route: 'GET /api/ranking/:id', count: 6 }, { route: 'GET /health', count: 20 }];

/**
 * @param {Phase} phase
 * @returns {{ route: string, ask: Ask }[]} mixed, in the same order each time
 */
function asksOf(phase) {
  const all = phase.flatMap(({ route, count }) => Array.from({ length: count }, (_, at) => ({ route, at, share: (at + 0.5) / count })));
  return all.sort((a, b) => a.share - b.share).map(({ route, at }) => {
    const [method, path] = route.split(' ');
    const body = method === 'POST' ? JSON.stringify({ items: [at, at + 1] }) : undefined;
    return { route, ask: { method, path: path.replace(':id', idOf(at)), body } };
  });
}

/**
 * A number, or a name that nobody could tell from a part of the route.
 * @param {number} at
 */
function idOf(at) {
  if (at % 2 === 0) return String(1000 + at);
  return [...String(at)].map((digit) => ['an', 'ber', 'cla', 'do', 'em', 'fri', 'ga', 'hel', 'ib', 'jo'][Number(digit)]).join('');
}

/**
 * Sends the requests, so many at once, and answers how many there were of each route.
 * @param {number} port
 * @param {Phase} phase
 * @returns {Promise<Record<string, number>>}
 */
async function send(port, phase) {
  /** @type {Record<string, number>} */
  const sent = {};
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const asks = asksOf(phase);
  const client = async () => {
    for (let next = asks.shift(); next !== undefined; next = asks.shift()) {
      const { route, ask } = next;
      const status = await answerTo(agent, port, ask);
      if (status >= 400) throw new Error(`${ask.method} ${ask.path} was answered with ${status}`);
      sent[route] = (sent[route] ?? 0) + 1;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, client));
  } finally {
    agent.destroy();
  }
  return sent;
}

/**
 * @param {http.Agent} agent
 * @param {number} port
 * @param {Ask} ask
 * @returns {Promise<number>} the status
 */
function answerTo(agent, port, { method, path, body }) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = http.request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0)).on('error', reject);
    });
    request.on('error', reject).end(body);
  });
}

/**
 * The service that knows prices, and takes its time.
 * @returns {Promise<{ url: string, close: () => void }>}
 */
async function startUpstream() {
  const server = http.createServer((request, response) => {
    setTimeout(() => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ path: request.url, price: 17 }));
    }, SLOW);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

module.exports = { BLOCKING, HEALTHY, WAITING, send, startUpstream };
