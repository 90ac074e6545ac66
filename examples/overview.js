'use strict';
// Shows: every callback that createHook takes, and the three getters, on one timer and one promise.
// Look at: inside a callback the execution id is the resource's own id, and the trigger id is its maker's.
//
// Output:
//   main script       execution 1, trigger 0
//   init              Timeout A, trigger 1
//   init              PROMISE B, trigger 1
//   promiseResolve    B
//   before            A
//   timer             execution A, trigger 1, resource is the timer: true
//   after             A
//   destroy           A
const { createHook, executionAsyncId, triggerAsyncId, executionAsyncResource } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();
const line = (what, text) => print(`${what.padEnd(17)} ${text}`);

const hook = createHook({
  init(asyncId, type, trigger) { line('init', `${type} ${name(asyncId)}, trigger ${name(trigger)}`); },
  before(asyncId) { line('before', name(asyncId)); },
  after(asyncId) { line('after', name(asyncId)); },
  destroy(asyncId) { line('destroy', name(asyncId)); },
  promiseResolve(asyncId) { line('promiseResolve', name(asyncId)); },
});

line('main script', `execution ${name(executionAsyncId())}, trigger ${name(triggerAsyncId())}`);

hook.enable();

const timer = setTimeout(() => {
  line('timer', `execution ${name(executionAsyncId())}, trigger ${name(triggerAsyncId())}, ` +
    `resource is the timer: ${executionAsyncResource() === timer}`);
}, 5);

// The only reference to the promise is global, so that no garbage collection adds a line.
globalThis.kept = new Promise((resolve) => resolve('done'));
