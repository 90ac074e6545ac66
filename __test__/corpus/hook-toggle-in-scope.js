// A hook that is enabled and disabled inside of nested scopes.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook'));
const a = new AsyncResource('A');
const b = new AsyncResource('B');
a.runInAsyncScope(() => {
  hook.enable();
  b.runInAsyncScope(() => {
    note('in both');
    hook.disable();
    a.runInAsyncScope(() => hook.enable());
  });
  note('in one');
});
note('outside');
a.emitDestroy();
b.emitDestroy();
