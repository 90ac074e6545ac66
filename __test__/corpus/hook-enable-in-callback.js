// A hook that is enabled in a timeout sees the end of that timeout.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook'));
setTimeout(() => {
  setImmediate(() => note('made before'));
  hook.enable();
  note('enabled');
  setImmediate(() => note('made after'));
}, 1);
