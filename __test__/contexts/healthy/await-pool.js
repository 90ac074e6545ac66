// A pool with promises: whoever waits has the store again behind the await.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const request = new AsyncLocalStorage();
const waiting = [];
let isFree = true;

async function acquire() {
  if (!isFree) await new Promise((resolve) => waiting.push(resolve));
  isFree = false;
}

function release() {
  isFree = true;
  waiting.shift()?.();
}

async function handle(id) {
  await acquire();
  console.log(id, request.getStore().id);
  await new Promise((resolve) => setTimeout(resolve, 1));
  release();
  console.log(id, request.getStore().id);
}
for (const id of [1, 2, 3]) void request.run({ id }, handle, id);
