// A hook that is enabled in every other turn.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook'));

function turn(count) {
  note('turn', count);
  if (count % 2 === 0) hook.enable();
  else hook.disable();
  if (count < 5) setImmediate(turn, count + 1);
}

setImmediate(turn, 0);
