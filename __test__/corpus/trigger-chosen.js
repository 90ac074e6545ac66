// A trigger that is chosen stands, in a promise's continuation too, whatever it is equal to.
'use strict';

const { AsyncResource, createHook, executionAsyncId } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

class Sub extends AsyncResource {}

createHook(callbacks('hook')).enable();
const outside = executionAsyncId();

/** @param {AsyncResource} resource */
function show(resource, where) {
  const trigger = resource.triggerAsyncId();
  note(where, trigger === executionAsyncId() ? 'current' : trigger === outside ? 'outside' : trigger);
}

function make(where) {
  for (const options of [0, outside, { triggerAsyncId: 0 }, { triggerAsyncId: outside, requireManualDestroy: true },
    undefined, {}, { requireManualDestroy: true }, { triggerAsyncId: undefined }, 'text', true, () => {}]) {
    show(new AsyncResource('Chosen', options), where);
  }
  show(new Sub('Sub', 0), where);
  show(new Sub('Sub'), where);
  show(Reflect.construct(AsyncResource, ['Constructed', { triggerAsyncId: 0 }]), where);
  for (const [type, options] of [['X', null], ['X', -2], ['X', NaN], [1, { get triggerAsyncId() { throw new Error('read'); } }]]) {
    try {
      new AsyncResource(type, options);
    } catch ({ code, message }) {
      note(where, code, message);
    }
  }
  const reads = [];
  new AsyncResource('Read', new Proxy({}, { get(_, name) { reads.push(String(name)); } }));
  new AsyncResource('Read', new Proxy({}, { get(_, name) { reads.push(String(name)); return name === 'triggerAsyncId' ? 0 : true; } }));
  note(where, reads.join());
}

make('main');
(async () => {
  await null;
  make('continuation');
  new AsyncResource('Scope').runInAsyncScope(() => make('scope in it'));
  setTimeout(() => make('timer'), 1);
})();
