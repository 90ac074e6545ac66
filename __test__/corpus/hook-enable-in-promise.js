// A hook that is enabled in the middle of a promise chain.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook'));
Promise.resolve()
  .then(() => note('one'))
  .then(() => {
    hook.enable();
    note('enabled');
  })
  .then(() => note('three'))
  .then(() => note('four'));
