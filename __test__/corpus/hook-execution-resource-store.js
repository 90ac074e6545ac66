// A store in the resource that is current, handed on by init.
'use strict';

const { createHook, executionAsyncResource } = require('node:async_hooks');

const store = Symbol('store');
const hook = createHook({
  init(id, type, trigger, resource) {
    const current = executionAsyncResource();
    if (current) resource[store] = current[store];
  },
}).enable();

setImmediate(() => {
  executionAsyncResource()[store] = 'state';
  setImmediate(() => {
    console.log('immediate', executionAsyncResource()[store]);
    Promise.resolve().then(() => {
      console.log('promise', executionAsyncResource()[store]);
      hook.disable();
    });
  });
});
setImmediate(() => console.log('neighbour', executionAsyncResource()[store]));
