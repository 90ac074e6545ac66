// A hook without callbacks.
'use strict';

const { createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

const hook = createHook({}).enable();
const outer = executionAsyncId();
Promise.resolve().then(() => {
  console.log(executionAsyncId() !== outer, triggerAsyncId() !== executionAsyncId());
  hook.disable();
});
