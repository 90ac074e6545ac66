// What hooks see when a callback throws inside of scopes.
'use strict';

const { AsyncResource, createHook, executionAsyncId } = require('node:async_hooks');
const { callbacks, name, note } = require('./fixtures/event-log');

createHook(callbacks('hook')).enable();
process.on('uncaughtException', (error) => {
  note(error.message, 'in', name(executionAsyncId()));
  setImmediate(() => note('goes on in', name(executionAsyncId())));
});
const resource = new AsyncResource('Scope', { requireManualDestroy: true });
setImmediate(() => {
  resource.runInAsyncScope(() => { throw new Error('thrown'); });
});
