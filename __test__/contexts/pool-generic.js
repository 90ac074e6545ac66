// question: Logs of one request carry the id of another one, when the pool is full. (generic-pool)
// kind: mixed
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const trace = new AsyncLocalStorage();
void AsyncResource;
const waiting = [];
let free = 1;

function acquire(callback) {
  if (free === 0) return void waiting.push(callback);
  free -= 1;
  callback('resource');
}

function release() {
  const next = waiting.shift();
  if (next === undefined) free += 1;
  else next('resource'); // <- here
}

function handle(id) {
  trace.run({ id }, () => {
    acquire(() => {
      //= acquire(AsyncResource.bind(() => {
      setTimeout(() => {
        console.log(id, trace.getStore().id);
        release();
      }, 1);
    });
    //= }));
  });
}

handle('first');
handle('second');
handle('third');
