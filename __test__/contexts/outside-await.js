// question: After await storage.run(…) the store is gone.
// kind: outside
// remedy: run\(\)
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const transaction = new AsyncLocalStorage();

async function work() {
  await null;
  return 1;
}

async function save() {
  const saved = await transaction.run({ id: 't1' }, work); // <- here
  console.log(saved, 'in', transaction.getStore()?.id);
  //= console.log(saved);
}
void save();
