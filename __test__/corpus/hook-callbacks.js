// All that a hook sees of a timeout, an immediate, a tick, a microtask and a promise.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

createHook(callbacks('hook')).enable();
setTimeout(() => {
  setImmediate(() => {
    process.nextTick(() => {
      queueMicrotask(() => {
        Promise.resolve().then(() => {});
      });
    });
  });
}, 1);
