// question: The listener that the request adds to the process has no store when it is called.
// kind: listener
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const request = new AsyncLocalStorage();

request.run('GET /reload', () => {
  process.once('reload', () => console.log('reloads for', request.getStore()));
  //= process.once('reload', AsyncResource.bind(() => console.log('reloads for', request.getStore())));
});
setTimeout(() => {
  process.emit('reload'); // <- here
}, 1);
void AsyncResource;
