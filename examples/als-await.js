'use strict';
// Shows: one awaited call with a store of its own, inside an async function that has none.
// Look at: the store is there in the callback and in all that it awaits, and gone in the next line of the caller.
//
// Output:
//   load: ann, before await
//   load: ann, after await
//   order of ann
//   caller, after await: undefined
const { AsyncLocalStorage } = require('./module');
const { print } = require('./support/print');

const storage = new AsyncLocalStorage();

async function load() {
  print(`load: ${storage.getStore().get('user')}, before await`);
  await null;
  print(`load: ${storage.getStore().get('user')}, after await`);
  return `order of ${storage.getStore().get('user')}`;
}

async function main() {
  const order = await storage.run(new Map(), () => {
    storage.getStore().set('user', 'ann');
    return load();
  });
  print(order);
  print('caller, after await:', storage.getStore());
}

main();
