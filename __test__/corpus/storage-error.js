// An error leaves run with the store of before.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
storage.run('outer', () => {
  try {
    storage.run('inner', () => { throw new Error('thrown'); });
  } catch (error) {
    console.log(error.message, storage.getStore());
  }
});
process.on('uncaughtException', (error) => {
  console.log(error.message, storage.getStore());
  setImmediate(() => console.log('afterwards', storage.getStore()));
});
setImmediate(() => storage.run('lost', () => { throw new Error('uncaught'); }));
