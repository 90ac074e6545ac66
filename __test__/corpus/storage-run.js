// A store inside of run, and in what run started.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const show = (where) => console.log(where, storage.getStore());

const result = storage.run('store', (value) => {
  show('run');
  setTimeout(() => {
    show('timeout');
    setImmediate(show, 'immediate');
  }, 1);
  process.nextTick(show, 'tick');
  queueMicrotask(() => show('microtask'));
  Promise.resolve().then(() => show('promise'));
  return value;
}, 'result');
show(result);
