'use strict';
// Shows: a listener runs in the scope of whoever emits, not of whoever subscribed. AsyncResource.bind ties
//        it to the scope that it was made in.
// Look at: both listeners are on the same 'close' of the same request; only the bound one knows its request.
//
// Output:
//   GET /orders begins, in the handler: true
//   close, bound: store /orders, because of the handler: true
//   close, plain: because of the handler: false
const http = require('node:http');
const { AsyncLocalStorage, AsyncResource, executionAsyncId, triggerAsyncId } = require('./module');
const { print } = require('./support/print');
const { visit } = require('./support/loopback');

const storage = new AsyncLocalStorage();

const server = http.createServer((req, res) => {
  const handler = executionAsyncId();
  storage.run(req.url, () => {
    print(`${req.method} ${req.url} begins, in the handler: ${executionAsyncId() === handler}`);
    req.on('close', AsyncResource.bind(() => {
      print(`close, bound: store ${storage.getStore()}, because of the handler: ${triggerAsyncId() === handler}`);
    }));
    req.on('close', () => {
      print(`close, plain: because of the handler: ${triggerAsyncId() === handler}`);
    });
  });
  setTimeout(() => res.end(), 1);
});

visit(server, ['/orders']);
