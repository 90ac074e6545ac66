'use strict';
// Shows: state that follows a request with no Map: it lives on the resources themselves, under a symbol.
//        Each new resource inherits it from the resource that is running when it is made.
// Look at: after a timer and a promise every answer still knows its own request.
//
// Output:
//   outside of any request: undefined
//   /first was answered as /first
//   /second was answered as /second
const http = require('node:http');
const { createHook, executionAsyncResource } = require('./module');
const { print } = require('./support/print');
const { visit } = require('./support/loopback');

const request = Symbol('request');

createHook({
  init(asyncId, type, triggerAsyncId, resource) {
    const state = executionAsyncResource()[request];
    if (state !== undefined) resource[request] = state;
  },
}).enable();

const server = http.createServer((req, res) => {
  executionAsyncResource()[request] = { url: req.url };
  setTimeout(answer, 2, res);
});

async function answer(res) {
  await null;
  res.end(executionAsyncResource()[request].url);
}

visit(server, ['/first', '/second'], ([first, second]) => {
  print('/first was answered as', first);
  print('/second was answered as', second);
});

print('outside of any request:', executionAsyncResource()[request]);
