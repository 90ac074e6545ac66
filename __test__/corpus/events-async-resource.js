// An emitter that runs its listeners in the context of its own resource.
'use strict';

const { executionAsyncId, triggerAsyncId } = require('node:async_hooks');
const { EventEmitterAsyncResource } = require('node:events');

const emitter = new EventEmitterAsyncResource({ name: 'Emitter' });
emitter.on('event', (text) => {
  console.log(text, executionAsyncId() === emitter.asyncId, triggerAsyncId() === emitter.triggerAsyncId);
});
emitter.emit('event', 'at once');
setImmediate(() => {
  emitter.emit('event', 'from an immediate');
  emitter.emitDestroy();
});
