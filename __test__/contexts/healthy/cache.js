// A cache of promises: each who waits goes on in its own context.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const trace = new AsyncLocalStorage();
const cache = new Map();

function load(key) {
  let value = cache.get(key);
  if (value === undefined) cache.set(key, (value = new Promise((resolve) => setTimeout(resolve, 1, `value of ${key}`))));
  return value;
}

async function handle(id) {
  const value = await load('key');
  console.log(id, value, trace.getStore());
}
for (const id of [1, 2, 3]) void trace.run(id, handle, id);
