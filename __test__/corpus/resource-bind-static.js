// The static bind makes a resource of its own.
'use strict';

const { AsyncResource, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

const outer = executionAsyncId();
function named() {
  console.log(triggerAsyncId() === outer, executionAsyncId() !== outer);
}
const bound = AsyncResource.bind(named);
const typed = AsyncResource.bind(() => console.log('typed'), 'Typed', null);
setImmediate(() => {
  bound();
  typed();
});
