'use strict';
// Shows: AsyncResource, for work that is asynchronous but not made by Node: every method, in order.
// Look at: while a function runs in the scope of the resource, execution is the resource's id;
//          what the function returns comes through; destroy is told later, not at once.
//
// Output:
//   init Job A, trigger 1
//   asyncId A, triggerAsyncId 1
//   before A
//   2 + 3 with this = "receiver": execution A, trigger 1
//   after A
//   returned 5
//   before A
//   bound: execution A
//   after A
//   back in execution 1
//   init Child B, trigger A
//   emitDestroy returns the resource: true
//   destroy A
const { AsyncResource, createHook, executionAsyncId, triggerAsyncId } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();

createHook({
  init(asyncId, type, trigger) { print(`init ${type} ${name(asyncId)}, trigger ${name(trigger)}`); },
  before(asyncId) { print('before', name(asyncId)); },
  after(asyncId) { print('after', name(asyncId)); },
  destroy(asyncId) { print('destroy', name(asyncId)); },
}).enable();

const job = new AsyncResource('Job', { triggerAsyncId: executionAsyncId(), requireManualDestroy: true });
print(`asyncId ${name(job.asyncId())}, triggerAsyncId ${name(job.triggerAsyncId())}`);

const sum = job.runInAsyncScope(function add(a, b) {
  print(`${a} + ${b} with this = "${this}": execution ${name(executionAsyncId())}, trigger ${name(triggerAsyncId())}`);
  return a + b;
}, 'receiver', 2, 3);
print('returned', sum);

const bound = job.bind(() => print('bound: execution', name(executionAsyncId())));
bound();
print('back in execution', name(executionAsyncId()));

new AsyncResource('Child', { triggerAsyncId: job.asyncId(), requireManualDestroy: true });
print('emitDestroy returns the resource:', job.emitDestroy() === job);
