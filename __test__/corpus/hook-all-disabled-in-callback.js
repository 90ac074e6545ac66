'use strict';

// Two hooks are disabled in a callback, and no other is left: promises are not followed any more.

const { createHook, executionAsyncId } = require('node:async_hooks');

process.on('unhandledRejection', () => console.log(executionAsyncId() > 0));

const first = createHook({ init() {} });
const second = createHook({
  init() {
    second.disable();
    first.disable();
  },
});

setImmediate(() => {
  first.enable();
  second.enable();
  setImmediate(() => setImmediate(() => Promise.reject(new Error('expected'))));
});
