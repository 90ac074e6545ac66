// Enabling twice is enabling once, disabling a disabled hook is nothing.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook'));
note(hook.disable() === hook, hook.enable() === hook, hook.enable() === hook);
setImmediate(() => {
  hook.disable();
  setImmediate(() => note('unseen'));
});
