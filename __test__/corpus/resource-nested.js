// Scopes inside of scopes, one of them entered twice.
'use strict';

const { AsyncResource, executionAsyncId } = require('node:async_hooks');

const a = new AsyncResource('A');
const b = new AsyncResource('B');
const current = () => executionAsyncId() === a.asyncId() ? 'a' : executionAsyncId() === b.asyncId() ? 'b' : 'outside';

a.runInAsyncScope(() => {
  b.runInAsyncScope(() => {
    a.runInAsyncScope(() => console.log(current()));
    console.log(current());
  });
  console.log(current());
});
console.log(current());
