// An error that nobody catches, out of nested scopes.
'use strict';

const { AsyncResource, executionAsyncId } = require('node:async_hooks');

const a = new AsyncResource('A');
const b = new AsyncResource('B');

process.on('uncaughtException', (error) => {
  console.log(error.message, 'outside of both:', ![a, b].some((resource) => resource.asyncId() === executionAsyncId()));
  setImmediate(() => console.log('goes on'));
});

setImmediate(() => {
  a.runInAsyncScope(() => b.runInAsyncScope(() => { throw new Error('uncaught'); }));
});
