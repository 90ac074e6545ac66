'use strict';
// Shows: enterWith(): the store holds for the rest of the running callback, with no function around it.
// Look at: it leaks out of a listener into the next listener and into the code after emit(): prefer run().
//
// Output:
//   first listener: undefined, enters
//   second listener: from a listener
//   after emit: from a listener
//   timer: from a listener
//   bound before emit: undefined
const { EventEmitter } = require('node:events');
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();
const emitter = new EventEmitter();

emitter.on('order', () => {
  print(`first listener: ${storage.getStore()}, enters`);
  storage.enterWith('from a listener');
});
emitter.on('order', () => print('second listener:', storage.getStore()));

function unaffected() {
  print('bound before emit:', storage.getStore());
}

const before = AsyncLocalStorage.bind(unaffected);
emitter.emit('order');
print('after emit:', storage.getStore());

setTimeout(() => {
  print('timer:', storage.getStore());
  setImmediate(before);
}, 1);
