// Concurrent async functions keep their own stores.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');

const storage = new AsyncLocalStorage();

async function work(steps) {
  for (let step = 0; step < steps; step++) {
    await step;
    console.log(storage.getStore(), step);
  }
}

storage.run('a', work, 3);
storage.run('b', work, 2).then(() => console.log('after', storage.getStore()));
