'use strict';
// Shows: per-request context kept in a Map by async id. init copies the entry of whatever is running to the
//        new resource, destroy takes it out again: the oldest way to do it, and what AsyncLocalStorage replaces.
// Look at: log() takes no argument that says whose it is, and each line has the right request all the same.
//          Without the delete in destroy the Map would grow with every request; with it nothing is left.
const http = require('node:http');
const fs = require('node:fs');
const { createHook, executionAsyncId } = require('./module');
const { print } = require('./support/print');
const { visit } = require('./support/loopback');

const contexts = new Map();

createHook({
  init(asyncId) {
    const context = contexts.get(executionAsyncId());
    if (context !== undefined) contexts.set(asyncId, context);
  },
  destroy(asyncId) {
    contexts.delete(asyncId);
  },
}).enable();

const log = (text) => print(`request ${contexts.get(executionAsyncId())?.number ?? '-'}: ${text}`);

let requests = 0;
const server = http.createServer((req, res) => {
  res.sendDate = false; // Node caches the date behind a timer, which would outlive the request.
  contexts.set(executionAsyncId(), { number: ++requests });
  log(`${req.method} ${req.url}`);
  setTimeout(() => {
    log('timer');
    fs.stat(__filename, () => {
      log('file');
      process.nextTick(() => log('tick'));
      res.end();
    });
  }, 2);
});

visit(server, ['/a', '/b', '/c'], () => {
  log('the server has closed');
});

process.on('exit', () => print(`entries left of ${requests} requests: ${contexts.size}`));
