// A hook disables itself in its promiseResolve.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook({
  ...callbacks('hook'),
  promiseResolve() {
    note('resolve');
    hook.disable();
  },
}).enable();
Promise.resolve().then(() => note('then')).then(() => note('end'));
