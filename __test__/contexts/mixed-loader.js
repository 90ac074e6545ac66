// question: One request's callbacks run as the request that has asked first. (DataLoader with callbacks)
// kind: mixed
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const viewer = new AsyncLocalStorage();
let batch = null;

function load(key, callback) {
  if (batch === null) {
    batch = [];
    process.nextTick(() => {
      const loads = batch;
      batch = null;
      for (const each of loads) each.callback(`row ${each.key}`); // <- here
    });
  }
  batch.push({ key, callback });
}

for (const name of ['ada', 'bob', 'cyd']) {
  viewer.run(name, () => {
    load(name, (row) => {
      //= load(name, AsyncResource.bind((row) => {
      console.log(row, 'seen by', viewer.getStore(), AsyncResource.name);
    });
    //= }));
  });
}
