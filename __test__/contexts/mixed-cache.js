// question: Who waits for a value that is being loaded gets the context of who has asked first. (LRU caches)
// kind: mixed
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const trace = new AsyncLocalStorage();
const loading = new Map();

function get(key, load, callback) {
  const waiting = loading.get(key);
  if (waiting !== undefined) return void waiting.push(callback);
  loading.set(key, [callback]);
  load((value) => {
    const callbacks = loading.get(key);
    loading.delete(key);
    for (const each of callbacks) each(value); // <- here
  });
}

for (const name of ['one', 'two']) {
  trace.run(name, () => {
    const use = (value) => console.log(name, value, trace.getStore());
    get('key', (done) => setTimeout(done, 1, 42), use);
    //= get('key', (done) => setTimeout(done, 1, 42), AsyncResource.bind(use));
  });
}
void AsyncResource;
