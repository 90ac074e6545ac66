// A worker ends itself with a code.
'use strict';

const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { holdStill } = require('./fixtures/hold-still');

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', holdStill);
  worker.on('exit', (code) => console.log('exit', code));
} else {
  setImmediate(() => {
    parentPort.postMessage('about to end');
    process.exit(5);
  });
}
