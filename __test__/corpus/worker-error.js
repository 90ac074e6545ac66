// An error that a worker does not catch reaches its parent.
'use strict';

const { Worker, isMainThread } = require('node:worker_threads');
const { holdStill } = require('./fixtures/hold-still');

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('error', (error) => {
    console.log('error', error.message);
    holdStill();
  });
  worker.on('exit', (code) => console.log('exit', code));
} else {
  setImmediate(() => { throw new Error('in the worker'); });
}
