// A hook with destroy alone.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');

const destroyed = [];
const hook = createHook({ destroy: (id) => destroyed.push(id) }).enable();
const resource = new AsyncResource('Manual', { requireManualDestroy: true }).emitDestroy();
const timeout = setTimeout(() => {}, 60_000);
clearTimeout(timeout);
setImmediate(() => setImmediate(() => {
  hook.disable();
  console.log(destroyed.includes(resource.asyncId()), destroyed.length);
}));
