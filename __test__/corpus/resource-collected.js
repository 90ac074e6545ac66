// A resource that nobody holds is destroyed by the garbage collector, unless that is left to its owner.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

const types = new Map();
const destroyed = [];
const hook = createHook({
  init: (id, type) => types.set(id, type),
  destroy: (id) => destroyed.push(types.get(id)),
}).enable();

function drop() {
  new AsyncResource('Collected');
  new AsyncResource('Manual', { requireManualDestroy: true });
}

drop();
setImmediate(() => {
  collectGarbage();
  setImmediate(() => setImmediate(() => {
    hook.disable();
    console.log(destroyed.includes('Collected'), destroyed.includes('Manual'));
  }));
});
