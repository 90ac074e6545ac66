'use strict';

/** What a CommonJS consumer does. Prints whether everything is one, the store, and the resources that a hook saw. */

const { AsyncLocalStorage, AsyncResource, createHook } = require('async-hooks-rs');
const legacy = require('async-hooks-rs/legacy');

const storage = new AsyncLocalStorage();
const types = new Set();
const hook = createHook({
  init(_id, type) {
    types.add(type);
  },
}).enable();
storage.run('store', () =>
  setTimeout(async () => {
    await undefined;
    hook.disable();
    const one = legacy.createHook === createHook && new AsyncResource('X') instanceof require('node:async_hooks').AsyncResource;
    console.log('commonjs', one, storage.getStore(), ...[...types].filter((type) => /Timeout|PROMISE/.test(type)).sort());
  }, 1),
);
