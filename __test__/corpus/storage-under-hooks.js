// A storage and a hook side by side.
'use strict';

const { AsyncLocalStorage, createHook } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const seen = [];
const hook = createHook({
  init(id, type) { if (type === 'Immediate') seen.push(`init ${storage.getStore()}`); },
  before() { seen.push(`before ${storage.getStore()}`); },
}).enable();
storage.run('store', () => {
  setImmediate(() => {
    hook.disable();
    console.log(seen, storage.getStore());
  });
});
