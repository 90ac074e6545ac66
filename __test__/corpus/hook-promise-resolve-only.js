// A hook with promiseResolve alone.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

createHook(callbacks('hook', ['promiseResolve'])).enable();
new Promise((resolve) => setImmediate(resolve)).then(() => Promise.reject(new Error('no'))).catch(() => {});
(async () => { await null; })();
