// What hooks see when a continuation makes a tick and a microtask that throw.
'use strict';

const { createHook, executionAsyncId } = require('node:async_hooks');
const { callbacks, name, note } = require('./fixtures/event-log');

createHook(callbacks('hook')).enable();
process.on('uncaughtException', (error) => note(error.message, 'in', name(executionAsyncId())));
Promise.resolve().then(() => {
  queueMicrotask(() => { throw new Error('in a microtask'); });
  process.nextTick(() => { throw new Error('in a tick'); });
}).then(() => note('then in', name(executionAsyncId())));
