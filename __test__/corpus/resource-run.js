// A resource runs functions in its own context.
'use strict';

const { AsyncResource, executionAsyncId, executionAsyncResource, triggerAsyncId } = require('node:async_hooks');

const outer = executionAsyncId();
const resource = new AsyncResource('Task');
const thisArg = {};

const sum = resource.runInAsyncScope(function(a, b) {
  console.log(this === thisArg, executionAsyncId() === resource.asyncId(), triggerAsyncId() === outer);
  console.log(executionAsyncResource() === resource, resource.triggerAsyncId() === outer);
  return a + b;
}, thisArg, 1, 2);

console.log(sum, executionAsyncId() === outer);
setImmediate(() => {
  resource.runInAsyncScope(() => setImmediate(() => console.log('trigger', triggerAsyncId() === resource.asyncId())));
});
