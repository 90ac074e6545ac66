// question: Timeouts of the timer wheel fire without a store.
// kind: timer
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const request = new AsyncLocalStorage();
const slots = [[], [], []];
let tick = 0;

function turn() {
  tick += 1;
  for (const expired of slots[tick % slots.length].splice(0)) expired(); // <- here
  if (tick < 4) setTimeout(turn, 1);
}
setTimeout(turn, 1);

function after(ticks, callback) {
  slots[(tick + ticks) % slots.length].push(callback);
}

request.run('GET /slow', () => {
  after(2, () => console.log('timed out', request.getStore()));
  //= after(2, AsyncResource.bind(() => console.log('timed out', request.getStore())));
});
void AsyncResource;
