// Hooks are enabled and disabled in an event nested in another event.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const third = createHook(callbacks('third'));
const first = createHook({
  init(id, type) {
    note('first init', type);
    if (type === 'Outer') {
      new AsyncResource('Inner', { requireManualDestroy: true });
      note('back in the outer init');
    }
    if (type === 'Inner') {
      third.enable();
      second.disable();
    }
  },
}).enable();
const second = createHook(callbacks('second')).enable();
new AsyncResource('Outer', { requireManualDestroy: true });
new AsyncResource('Next', { requireManualDestroy: true });
first.disable();
new AsyncResource('Last', { requireManualDestroy: true });
