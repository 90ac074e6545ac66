// A resource made inside of a store keeps it.
'use strict';

const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const storage = new AsyncLocalStorage();
const resource = storage.run('store', () => new AsyncResource('Keeper'));
const show = () => console.log(storage.getStore());
show();
resource.runInAsyncScope(show);
setImmediate(resource.bind(show));
