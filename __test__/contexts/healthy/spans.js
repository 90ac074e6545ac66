// Nested spans, with callbacks between siblings.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const active = new AsyncLocalStorage();
let count = 0;

function withSpan(name, work) {
  count += 1;
  return active.run({ name, number: count, parent: active.getStore() }, work);
}

async function request(id) {
  await withSpan(`request ${id}`, async () => {
    const results = [];
    const add = (result) => results.push([result, active.getStore().name]);
    await withSpan('first', async () => {
      await null;
      add(1);
    });
    await withSpan('second', async () => {
      await null;
      add(2);
    });
    console.log(results.length, active.getStore().name);
  });
}
void Promise.all([request('a'), request('b')]);
