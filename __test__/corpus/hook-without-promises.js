// corpus: {"skip": {"20": "no trackPromises option", "22": "no trackPromises option"}}
// A hook that does not track promises, beside one that does for a while.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

createHook({ ...callbacks('without', ['init', 'before', 'after', 'destroy']), trackPromises: false }).enable();
setImmediate(async () => {
  await null;
  const tracking = createHook(callbacks('with', ['init', 'promiseResolve'])).enable();
  await null;
  tracking.disable();
  await null;
  setImmediate(() => {});
});
