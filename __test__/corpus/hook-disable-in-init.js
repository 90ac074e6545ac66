// A hook disables itself in its init.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook({
  ...callbacks('hook'),
  init(id, type) {
    note('init', type);
    hook.disable();
  },
}).enable();
setImmediate(() => setImmediate(() => note('last')));
setImmediate(() => {});
