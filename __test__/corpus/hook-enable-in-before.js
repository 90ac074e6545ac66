// A hook is enabled by the before of another, and sees the after of that event.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const second = createHook(callbacks('second'));
createHook({
  ...callbacks('first'),
  before() {
    note('first before');
    second.enable();
  },
}).enable();
setImmediate(() => note('callback'));
