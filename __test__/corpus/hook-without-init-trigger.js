'use strict';

// With hooks that have no `init`: what is created in a promise's continuation has the promise as its trigger.

const { createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

createHook({}).enable();
createHook({ before() {} }).enable();

setImmediate(() => Promise.resolve().then(() => {
  const current = executionAsyncId();
  process.nextTick(() => console.log('tick', triggerAsyncId() === current, current > 0));
  setTimeout(() => console.log('timeout', triggerAsyncId() === current), 1);
}));
