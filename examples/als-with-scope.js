'use strict';
// Shows: withScope(): enterWith() with an end. The scope is disposed of at the end of the block that holds it.
//        Where the language has it, write `using scope = storage.withScope('inner');` and leave out the finally.
// Look at: the previous store is back after the block, also after an error, and disposing twice does no harm.
//
// Needs: withScope
// Output:
//   before: outer
//   in the block: inner
//   caught "stop"
//   after: outer
//   timer made in the block: inner
//   disposed of by symbol: undefined
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();

function block() {
  const scope = storage.withScope('inner');
  try {
    print('in the block:', storage.getStore());
    setTimeout(() => print('timer made in the block:', storage.getStore()), 1);
    throw new Error('stop');
  } finally {
    scope.dispose();
    scope.dispose();
  }
}

storage.run('outer', () => {
  print('before:', storage.getStore());
  try {
    block();
  } catch (error) {
    print(`caught "${error.message}"`);
  }
  print('after:', storage.getStore());
});

setTimeout(() => {
  const scope = storage.withScope('last');
  scope[Symbol.dispose]();
  print('disposed of by symbol:', storage.getStore());
}, 5);
