'use strict';
// Shows: exit(): the callback, and what it starts, runs without a store.
// Look at: the timer started inside exit() has no store either; an error passes through and the store is back.
//
// Output:
//   inside run: session
//   inside exit: undefined, argument 7
//   caught "outside", store session
//   timer made inside exit: undefined
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();

storage.run('session', () => {
  print('inside run:', storage.getStore());
  try {
    storage.exit((argument) => {
      print(`inside exit: ${storage.getStore()}, argument ${argument}`);
      setTimeout(() => print('timer made inside exit:', storage.getStore()), 1);
      throw new Error('outside');
    }, 7);
  } catch (error) {
    print(`caught "${error.message}", store ${storage.getStore()}`);
  }
});
