// question: In the once('ready') listener there is no store; with events.once there is. (events.once)
// kind: listener
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const events = require('node:events');

const store = new AsyncLocalStorage();
const database = new events.EventEmitter();

store.run('request', () => {
  database.once('ready', () => console.log(store.getStore()));
  //= void events.once(database, 'ready').then(() => console.log(store.getStore()));
});
setImmediate(() => {
  database.emit('ready'); // <- here
});
