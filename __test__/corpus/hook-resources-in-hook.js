// A hook callback makes resources: their events nest in the one that is being reported.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const { init, ...rest } = callbacks('hook');
createHook({
  ...rest,
  init(id, type, trigger) {
    init(id, type, trigger);
    if (type === 'Outer') {
      const inner = new AsyncResource('Inner', { requireManualDestroy: true });
      inner.runInAsyncScope(() => note('in the inner one'));
      inner.emitDestroy();
    }
  },
}).enable();
createHook(callbacks('second')).enable();
const outer = new AsyncResource('Outer', { requireManualDestroy: true });
outer.runInAsyncScope(() => note('in the outer one'));
outer.emitDestroy();
