/** What an ES module does: the same by named, default and namespace import. */

import face, { AsyncLocalStorage, createHook } from 'async-hooks-rs';
import * as legacy from 'async-hooks-rs/legacy';

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
    const one = face.createHook === createHook && legacy.createHook === createHook;
    console.log('module', one, storage.getStore(), ...[...types].filter((type) => /Timeout|PROMISE/.test(type)).sort());
  }, 1),
);
