// An error leaves the scope in good order.
'use strict';

const { AsyncResource, executionAsyncId } = require('node:async_hooks');

const outer = executionAsyncId();
const a = new AsyncResource('A');
const b = new AsyncResource('B');

try {
  a.runInAsyncScope(() => {
    try {
      b.runInAsyncScope(() => { throw new Error('inner'); });
    } catch (error) {
      console.log(error.message, executionAsyncId() === a.asyncId());
    }
    throw new Error('outer');
  });
} catch (error) {
  console.log(error.message, executionAsyncId() === outer);
}
setImmediate(() => console.log('done'));
