// Stores inside of stores, and a way out.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const show = (where) => console.log(where, storage.getStore());

storage.run('outer', () => {
  storage.run('inner', () => {
    show('inner');
    setImmediate(() => show('immediate of inner'));
    storage.exit(() => {
      show('exit');
      setImmediate(() => show('immediate of exit'));
    });
    show('back in inner');
  });
  show('back in outer');
});
show('outside');
