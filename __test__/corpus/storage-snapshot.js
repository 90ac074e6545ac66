// A snapshot and a bound function carry the stores of their making.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const [snapshot, bound] = storage.run('then', () => [
  AsyncLocalStorage.snapshot(),
  AsyncLocalStorage.bind((text) => console.log(text, storage.getStore())),
]);
storage.run('now', () => {
  snapshot((text) => console.log(text, storage.getStore()), 'snapshot');
  bound('bound');
  console.log('here', storage.getStore());
});
