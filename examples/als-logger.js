'use strict';
// Shows: AsyncLocalStorage, what per-request context is written with today: a logger that knows its request.
// Look at: the two requests are under way together, the lines interleave, and each has its number.
//
// Output:
//   1: start /a
//   2: start /b
//   1: finish
//   2: finish
//   -: closed
const http = require('node:http');
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');
const { get } = require('./support/loopback');

const storage = new AsyncLocalStorage();
const log = (text) => print(`${storage.getStore() ?? '-'}: ${text}`);

let count = 0;
const waiting = [];

const server = http.createServer((req, res) => {
  storage.run(++count, async () => {
    log(`start ${req.url}`);
    await bothAreHere();
    setImmediate(() => {
      log('finish');
      res.end();
    });
  });
});

/** A promise for the moment in which both requests have come. */
function bothAreHere() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 2) for (const go of waiting) go();
  });
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  let open = 2;
  const closed = () => { if (--open === 0) server.close(() => log('closed')); };
  server.once('request', () => get(port, '/b', closed));
  get(port, '/a', closed);
});
