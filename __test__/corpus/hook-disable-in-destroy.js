// A hook disables itself in its destroy, of which several come in one batch.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');
const { note } = require('./fixtures/event-log');

const hook = createHook({
  init() {},
  destroy() {
    note('destroy');
    hook.disable();
  },
}).enable();
const options = { requireManualDestroy: true };
for (const type of ['A', 'B', 'C']) new AsyncResource(type, options).emitDestroy();
setImmediate(() => setImmediate(() => note('end')));
