// A resource that is destroyed by hand, and one that is run afterwards.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');

const destroyed = [];
const hook = createHook({ destroy: (id) => destroyed.push(id) }).enable();
const resource = new AsyncResource('Manual', { requireManualDestroy: true });
resource.runInAsyncScope(() => {});
console.log(resource.emitDestroy() === resource, 'at once:', destroyed.includes(resource.asyncId()));
resource.runInAsyncScope(() => console.log('runs all the same'));
setImmediate(() => setImmediate(() => {
  console.log('later:', destroyed.filter((id) => id === resource.asyncId()).length);
  hook.disable();
}));
