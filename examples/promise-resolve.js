'use strict';
// Shows: the life of two promises: one resolved by hand, one made by then().
// Look at: promiseResolve of A comes at once, inside the constructor. B is triggered by A, and its
//          resolve stands between its before and its after: returning from the callback resolved it.
//
// Output:
//   init A, trigger 1
//   resolve A
//   init B, trigger A
//   before B
//   in then()
//   resolve B
//   after B
const { createHook } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();

createHook({
  init(asyncId, type, triggerAsyncId) { print(`init ${name(asyncId)}, trigger ${name(triggerAsyncId)}`); },
  before(asyncId) { print('before', name(asyncId)); },
  after(asyncId) { print('after', name(asyncId)); },
  promiseResolve(asyncId) { print('resolve', name(asyncId)); },
}).enable();

new Promise((resolve) => resolve()).then(() => print('in then()'));
