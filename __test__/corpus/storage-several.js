// Several storages do not know of each other.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const a = new AsyncLocalStorage();
const b = new AsyncLocalStorage();
a.run('a', () => {
  b.run('b', () => {
    setImmediate(() => {
      console.log(a.getStore(), b.getStore());
      a.exit(() => console.log(a.getStore(), b.getStore()));
    });
  });
  console.log(a.getStore(), b.getStore());
});
