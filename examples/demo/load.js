'use strict';
// One server under load for a moment: its handler awaits ten times, as a small API does. Prints the requests that it answered
// in a second, with a hook that has all callbacks (DEMO_MODULE: builtin or ours) or without any.

const http = require('node:http');

const CONNECTIONS = 20;
const [WARM, MEASURED] = [700, 1000];

if (process.env.DEMO_MODULE !== 'none') {
  const { createHook } = require('./module');
  const count = { init: 0, before: 0, after: 0, destroy: 0, promiseResolve: 0 };
  createHook({
    init() { count.init += 1; },
    before() { count.before += 1; },
    after() { count.after += 1; },
    destroy() { count.destroy += 1; },
    promiseResolve() { count.promiseResolve += 1; },
  }).enable();
}

let answered = 0;

/** @param {number} n */
async function step(n) {
  return n;
}

const server = http.createServer(async (_request, response) => {
  let sum = 0;
  for (let n = 0; n < 10; n += 1) sum += await step(n);
  answered += 1;
  response.end(`${sum}\n`);
});

server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const visit = () => {
    http.get({ host: '127.0.0.1', port, agent }, (response) => response.resume().on('end', visit));
  };
  for (let n = 0; n < CONNECTIONS; n += 1) visit();
  setTimeout(() => {
    const before = answered;
    const start = performance.now();
    setTimeout(() => {
      process.stdout.write(String(((answered - before) * 1000) / (performance.now() - start)), () => process.exit());
    }, MEASURED);
  }, WARM);
});
