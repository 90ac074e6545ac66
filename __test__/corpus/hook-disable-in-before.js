// A hook disables itself in its before.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook({
  ...callbacks('hook'),
  before() {
    note('before');
    hook.disable();
  },
}).enable();
setImmediate(() => note('callback'));
setImmediate(() => note('second callback'));
