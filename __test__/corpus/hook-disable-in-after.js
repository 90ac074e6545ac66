// A hook disables another and itself in its after.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook({
  ...callbacks('first'),
  after() {
    note('first after');
    second.disable();
    hook.disable();
  },
}).enable();
const second = createHook(callbacks('second')).enable();
setImmediate(() => note('callback'));
setImmediate(() => note('second callback'));
