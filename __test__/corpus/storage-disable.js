// A disabled storage has no store, until it is used again.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
storage.run('store', () => {
  setImmediate(() => console.log('immediate', storage.getStore()));
  storage.disable();
  console.log('disabled', storage.getStore());
});
storage.run('again', () => console.log('used', storage.getStore()));
