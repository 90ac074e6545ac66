// Hooks inside of a worker see the worker alone.
'use strict';

const { createHook, executionAsyncId } = require('node:async_hooks');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

const types = [];
const hook = createHook({ init: (id, type) => types.push(type) }).enable();

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.on('message', (facts) => {
    hook.disable();
    console.log(facts, 'seen by the parent:', types.includes('Timeout'));
    process.exit();
  });
} else {
  // Holds the worker until its parent ends.
  parentPort.on('message', () => {});
  const outer = executionAsyncId();
  setTimeout(() => {
    hook.disable();
    parentPort.postMessage({ timeout: types.includes('Timeout'), moved: executionAsyncId() !== outer });
  }, 1);
}
