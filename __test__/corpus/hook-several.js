// Three hooks with different callbacks see each event in the order in which they were enabled.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

const first = createHook(callbacks('first', ['init', 'after']));
const second = createHook(callbacks('second', ['before', 'destroy']));
const third = createHook(callbacks('third'));
for (const hook of [third, second, first]) hook.enable();
setImmediate(() => {
  third.disable().enable();
  setImmediate(() => Promise.resolve().then(() => first.disable()));
});
