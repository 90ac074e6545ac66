'use strict';
// Shows: promises get ids only while some hook is enabled, because tracking each one costs time.
// Look at: without a hook a then() callback runs under no id of its own (0);
//          an empty init is enough to give it one, triggered by the promise it waited for.
//
// Output:
//   no hook: execution 0, trigger 0
//   with a hook: execution A, trigger B
const { createHook, executionAsyncId, triggerAsyncId } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();
const here = (what) => print(`${what}: execution ${name(executionAsyncId())}, trigger ${name(triggerAsyncId())}`);

Promise.resolve().then(() => {
  here('no hook');
  createHook({ init() {} }).enable();
  Promise.resolve().then(() => here('with a hook'));
});
