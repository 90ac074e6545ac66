// A hook that is disabled in a timeout sees nothing more.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook')).enable();
setTimeout(() => {
  setImmediate(() => note('made before'));
  hook.disable();
  note('disabled');
  setImmediate(() => note('made after'));
}, 1);
