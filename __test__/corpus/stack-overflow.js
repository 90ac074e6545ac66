// A stack overflow under hooks can be caught by those who made it.
'use strict';

const { AsyncResource, createHook, executionAsyncId } = require('node:async_hooks');

const hook = createHook({ init() {}, before() {}, after() {}, destroy() {} }).enable();
const outer = executionAsyncId();
const recurse = () => recurse() + 1;
const resource = new AsyncResource('Deep', { requireManualDestroy: true });
try {
  resource.runInAsyncScope(recurse);
} catch (error) {
  console.log(error instanceof RangeError, executionAsyncId() === outer);
}
setImmediate(() => {
  hook.disable();
  console.log('goes on');
});
