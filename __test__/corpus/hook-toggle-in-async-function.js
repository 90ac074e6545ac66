// A hook that is enabled and disabled between awaits.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const hook = createHook(callbacks('hook'));

async function main() {
  await null;
  hook.enable();
  note('enabled');
  await null;
  hook.disable();
  note('disabled');
  await null;
  hook.enable();
  note('enabled again');
  await null;
  note('end');
}

main();
