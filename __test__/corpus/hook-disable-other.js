// The first hook disables the second in the middle of one event.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

createHook({
  init(id, type) {
    note('first init', type);
    second.disable();
  },
}).enable();
const second = createHook(callbacks('second')).enable();
setImmediate(() => note('one'));
setImmediate(() => note('two'));
