// The handler of an unhandled rejection runs in the context of the promise.
'use strict';

const { createHook, executionAsyncId } = require('node:async_hooks');

const ids = new WeakMap();
createHook({
  init(id, type, trigger, resource) {
    if (type === 'PROMISE') ids.set(resource, id);
  },
}).enable();

process.on('unhandledRejection', (error, promise) => {
  console.log(error.message, 'in its context:', executionAsyncId() === ids.get(promise));
});

Promise.reject(new Error('at once'));
setImmediate(() => Promise.resolve().then(() => { throw new Error('in then'); }));
