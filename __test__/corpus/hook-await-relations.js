// Ids before and after an await.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, name, note } = require('./fixtures/event-log');
const { executionAsyncId, triggerAsyncId } = require('node:async_hooks');

createHook(callbacks('hook')).enable();
const here = (where) => note(where, name(executionAsyncId()), 'trigger', name(triggerAsyncId()));

async function inner() {
  here('inner');
  await null;
  here('inner after await');
  return 1;
}

async function outer() {
  here('outer');
  await inner();
  here('outer after await');
}

outer().then(() => here('then'));
