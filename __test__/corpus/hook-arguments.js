// The arguments of each callback.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');

const seen = [];
const hook = createHook({
  init(...args) {
    const [id, type, trigger, resource] = args;
    seen.push(['init', args.length, typeof id, type, typeof trigger, resource.constructor.name]);
  },
  before(...args) { seen.push(['before', args.length]); },
  after(...args) { seen.push(['after', args.length]); },
  destroy(...args) { if (args[0] === resource.asyncId()) seen.push(['destroy', args.length]); },
  promiseResolve(...args) { seen.push(['promiseResolve', args.length]); },
}).enable();
const resource = new AsyncResource('Known', { requireManualDestroy: true });
resource.runInAsyncScope(() => Promise.resolve());
resource.emitDestroy();
setImmediate(() => setImmediate(() => {
  hook.disable();
  console.log(seen);
}));
