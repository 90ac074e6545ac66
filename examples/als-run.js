'use strict';
// Shows: run(): the store is there inside the callback and in everything that the callback starts.
// Look at: an error passes through run() unchanged, and the store is gone in the catch;
//          the timer that was started before the error still has it.
//
// Output:
//   inside: { id: 1 }, arguments 2 and 3, returned 5
//   nested: inner, then outer again
//   caught "no such order", store undefined
//   timer: { id: 2 }
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();

const sum = storage.run({ id: 1 }, (a, b) => {
  print('inside: %o, arguments %d and %d, returned %d', storage.getStore(), a, b, a + b);
  return a + b;
}, 2, 3);
if (sum !== 5) throw new Error('run() returns what its callback returns');

storage.run('outer', () => {
  const inner = storage.run('inner', () => storage.getStore());
  print(`nested: ${inner}, then ${storage.getStore()} again`);
});

try {
  storage.run({ id: 2 }, () => {
    setTimeout(() => print('timer: %o', storage.getStore()), 1);
    throw new Error('no such order');
  });
} catch (error) {
  print(`caught "${error.message}", store ${storage.getStore()}`);
}
