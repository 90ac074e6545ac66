// A worker ends because it has nothing left to do.
'use strict';

const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { holdStill } = require('./fixtures/hold-still');

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', holdStill);
  worker.on('exit', (code) => console.log('exit', code));
} else {
  setTimeout(() => parentPort.postMessage('about to end'), 1);
}
