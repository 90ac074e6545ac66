// A worker that would never end is terminated.
'use strict';

const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { holdStill } = require('./fixtures/hold-still');

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', () => {
    worker.terminate().then((code) => console.log('terminated', code));
    holdStill();
  });
} else {
  parentPort.on('message', () => {});
  parentPort.postMessage('ready');
}
