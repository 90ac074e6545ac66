// question: The 'abort' listener does not know whose operation it ends.
// kind: listener
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const operation = new AsyncLocalStorage();
const shutdown = new AbortController();

operation.run('import', () => {
  shutdown.signal.addEventListener('abort', () => console.log('ends', operation.getStore()));
  //= shutdown.signal.addEventListener('abort', AsyncResource.bind(() => console.log('ends', operation.getStore())));
});
setTimeout(() => {
  shutdown.abort(); // <- here
}, 1);
void AsyncResource;
