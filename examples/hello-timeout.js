'use strict';
// Shows: the smallest hook. A timer is an asynchronous resource: it is born (init) and it dies (destroy).
// Look at: destroy comes after the callback, and both lines carry the same id.
//
// Output:
//   init    Timeout A, made by 1
//   the timer fires
//   destroy A
const { createHook } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();

createHook({
  init(asyncId, type, triggerAsyncId) {
    print(`init    ${type} ${name(asyncId)}, made by ${name(triggerAsyncId)}`);
  },
  destroy(asyncId) {
    print(`destroy ${name(asyncId)}`);
  },
}).enable();

setTimeout(() => print('the timer fires'), 5);
