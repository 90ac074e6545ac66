// question: Results of the worker pool come back without the request. (piscina and the like, with callbacks)
// kind: worker
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { Worker } = require('node:worker_threads');

const request = new AsyncLocalStorage();
const worker = new Worker(
  `const { parentPort } = require('worker_threads'); parentPort.on('message', (n) => parentPort.postMessage(n * n));`,
  { eval: true },
);
const callbacks = [];
worker.on('message', (result) => {
  callbacks.shift()(result); // <- here
  if (callbacks.length === 0) void worker.terminate();
});

function square(number, callback) {
  callbacks.push(callback);
  worker.postMessage(number);
}

for (const id of [2, 3]) {
  request.run({ id }, () => {
    square(id, (result) => {
      //= square(id, AsyncResource.bind((result) => {
      console.log(result, request.getStore()?.id, AsyncResource.name);
    });
    //= }));
  });
}
