// question: Listeners of a stream that is older than the request have no store.
// kind: listener
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { PassThrough } = require('node:stream');

const store = new AsyncLocalStorage();
const feed = new PassThrough();
feed.on('data', () => {});

function subscribe(id) {
  store.run(id, () => {
    feed.on('data', (chunk) => console.log(String(chunk), store.getStore()));
    //= feed.on('data', AsyncResource.bind((chunk) => console.log(String(chunk), store.getStore())));
  });
}
subscribe('a');
setImmediate(() => {
  feed.write('one'); // <- here
});
void AsyncResource;
