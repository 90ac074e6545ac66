'use strict';

// The only hook disables itself in a callback: promises are followed further.

const { createHook, executionAsyncId } = require('node:async_hooks');

const hook = createHook({ init() { hook.disable(); } }).enable();

setImmediate(() => Promise.resolve().then(() => console.log(executionAsyncId() > 0)));
