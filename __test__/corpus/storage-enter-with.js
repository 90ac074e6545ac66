// enterWith holds for the rest of a callback.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const show = (where) => console.log(where, storage.getStore());

setImmediate(() => {
  storage.enterWith('entered');
  show('at once');
  setImmediate(() => show('child'));
});
setImmediate(() => show('neighbour'));
