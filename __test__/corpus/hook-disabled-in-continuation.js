'use strict';

// The last hook disables itself in a promise's continuation: what is created in the rest of it has the promise as its trigger.

const { createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

const hook = createHook({ after() {} }).enable();

setImmediate(() => Promise.resolve().then(() => {
  hook.disable();
  const current = executionAsyncId();
  process.nextTick(() => console.log(triggerAsyncId() === current));
}));
