'use strict';
// The program that is observed: a small HTTP server whose every answer takes a file, a timer, a promise
// and a worker thread. It knows nothing of hooks; `log` finds the request by itself.

const fs = require('node:fs');
const http = require('node:http');
const { AsyncLocalStorage } = require('./module');

/**
 * @param {import('./pool').Pool} pool
 * @param {(line: string) => void} write
 */
function createServer(pool, write) {
  const storage = new AsyncLocalStorage();
  let count = 0;
  const log = (/** @type {string} */ text) => write(`request ${storage.getStore()}: ${text}`);

  /** @param {http.ServerResponse} res @param {number} n */
  function answer(res, n) {
    fs.open(__filename, 'r', (error, fd) => {
      log(error ? String(error) : 'the file is open');
      fs.close(fd, () => setTimeout(afterTimer, 2, res, n));
    });
  }

  /** @param {http.ServerResponse} res @param {number} n */
  function afterTimer(res, n) {
    log('the timer fired');
    pool.run(n, (error, value) => {
      log(`the worker says ${error ?? value}`);
      finish(res, value);
    });
  }

  /** @param {http.ServerResponse} res @param {number | undefined} value */
  async function finish(res, value) {
    const body = await JSON.stringify({ value });
    log('the promise is resolved');
    setImmediate(() => {
      log('answered');
      res.end(body);
    });
  }

  return http.createServer((req, res) => {
    // The Date header is cached behind a timer that follows the wall clock: no two runs would be the same.
    res.sendDate = false;
    storage.run(++count, () => {
      log(`${req.method} ${req.url}`);
      answer(res, Number(req.url?.split('/').pop()));
    });
  });
}

module.exports = { createServer };
