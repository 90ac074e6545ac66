'use strict';

const { AsyncLocalStorage, createHook, executionAsyncId } = require('node:async_hooks');
const fs = require('node:fs');

test('keeps the context', async () => {
  const storage = new AsyncLocalStorage();
  const seen = await storage.run('context', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    await fs.promises.stat(__filename);
    return storage.getStore();
  });
  expect(seen).toBe('context');
  expect(storage.getStore()).toBeUndefined();
});

test('follows what a callback sets off', async () => {
  const parents = new Map();
  const hook = createHook({ init: (id, type, trigger) => parents.set(id, trigger) }).enable();
  const [outer, inner] = await new Promise((resolve) => {
    setTimeout(() => {
      const first = executionAsyncId();
      setImmediate(() => resolve([first, executionAsyncId()]));
    }, 1);
  });
  hook.disable();
  expect(parents.get(inner)).toBe(outer);
});
