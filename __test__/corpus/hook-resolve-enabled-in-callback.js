'use strict';

// A `promiseResolve` that is first enabled inside of a callback is not heard before another hook is enabled outside.

const { createHook } = require('node:async_hooks');

let heard = 0;
const second = createHook({ promiseResolve() { heard += 1; } });
createHook({ before() { second.enable(); } }).enable();

setImmediate(() => setImmediate(() => {
  Promise.resolve();
  console.log(heard);
  createHook({}).enable();
  Promise.resolve();
  console.log(heard);
}));
