// What Node's module exports on this version.
'use strict';

const hooks = require('async_hooks');

console.log(hooks === require('node:async_hooks'));
for (const name of ['AsyncLocalStorage', 'AsyncResource', 'createHook', 'executionAsyncId', 'executionAsyncResource',
  'triggerAsyncId']) {
  console.log(name, typeof hooks[name], hooks[name].name, hooks[name].length);
}
const { prototype } = hooks.AsyncResource;
for (const name of ['runInAsyncScope', 'emitDestroy', 'asyncId', 'triggerAsyncId', 'bind']) {
  console.log(name, typeof prototype[name], prototype[name].name, prototype[name].length);
}
