// question: A listener that is a function of the module has no store, though it is added within the run.
// kind: listener
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { EventEmitter } = require('node:events');

const store = new AsyncLocalStorage();
const bus = new EventEmitter();

function onMessage(text) {
  console.log(text, store.getStore());
}

store.run('request', () => {
  bus.on('message', onMessage); // <- here
  //= bus.on('message', AsyncResource.bind(onMessage));
});
setImmediate(() => bus.emit('message', 'hello'));
void AsyncResource;
