// question: The callback awaits first, and then asks: nothing there.
// kind: queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const request = new AsyncLocalStorage();
const waiting = [];

async function answer(text) {
  await null;
  console.log(text, request.getStore());
}

request.run('GET /', () => {
  waiting.push(async () => {
    //= const bind = AsyncResource.bind; waiting.push(bind(async () => {
    await null;
    await answer('done');
  });
  //= }));
});
setImmediate(() => {
  void waiting.shift()(); // <- here
});
void AsyncResource;
