// A hook is enabled by the init of another.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const second = createHook(callbacks('second'));
createHook({
  ...callbacks('first'),
  init(id, type) {
    note('first init', type);
    second.enable();
  },
}).enable();
setImmediate(() => setImmediate(() => {}));
