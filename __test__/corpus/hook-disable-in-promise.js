// A hook that is disabled in the middle of a promise chain.
'use strict';

const { createHook, executionAsyncId } = require('node:async_hooks');
const { callbacks, name, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook')).enable();
Promise.resolve()
  .then(() => note('one'))
  .then(() => {
    note('in', name(executionAsyncId()));
    hook.disable();
    note('disabled, in', name(executionAsyncId()));
  })
  .then(() => note('three'))
  .then(() => note('four'));
