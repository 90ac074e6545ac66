// A second emitDestroy has an effect of its own.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');

const destroyed = [];
const hook = createHook({ destroy: (id) => destroyed.push(id) }).enable();
const resource = new AsyncResource('Twice', { requireManualDestroy: true });
resource.emitDestroy();
try {
  resource.emitDestroy();
} catch (error) {
  console.log(error.code);
}
setImmediate(() => setImmediate(() => {
  console.log(destroyed.filter((id) => id === resource.asyncId()).length);
  hook.disable();
}));
