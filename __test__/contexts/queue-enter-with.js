// question: The middleware enters the context, and the callback of the pool does not have it. (enterWith in the same function)
// kind: queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const context = new AsyncLocalStorage();
const waiting = [];

async function middleware(id) {
  await null;
  context.enterWith({ id });
  waiting.push(() => console.log(id, context.getStore()?.id));
  //= waiting.push(AsyncResource.bind(() => console.log(id, context.getStore()?.id)));
}

void middleware(1);
void middleware(2);
setImmediate(() => {
  for (const callback of waiting) callback(); // <- here
});
void AsyncResource;
