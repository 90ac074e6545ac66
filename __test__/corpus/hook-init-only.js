// A hook with init alone still moves the execution id through promises.
'use strict';

const { createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

const promises = new Map();
const hook = createHook({
  init(id, type, trigger) { if (type === 'PROMISE') promises.set(id, trigger); },
}).enable();
Promise.resolve().then(() => {
  hook.disable();
  const id = executionAsyncId();
  console.log(promises.has(id), promises.get(id) === triggerAsyncId(), promises.has(triggerAsyncId()));
});
