// Messages on a channel are delivered at once, with a store bound to it.
'use strict';

const { AsyncLocalStorage } = require('node:async_hooks');
const { channel } = require('node:diagnostics_channel');

const storage = new AsyncLocalStorage();
const events = channel('corpus');
events.subscribe((message, name) => console.log(name, message, storage.getStore()));
events.bindStore(storage, (message) => `store of ${message}`);
events.runStores('message', () => {
  setImmediate(() => console.log('later', storage.getStore()));
});
events.publish('plain');
