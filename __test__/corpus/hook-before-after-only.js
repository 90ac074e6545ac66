// A hook with before and after alone.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

createHook(callbacks('hook', ['before', 'after'])).enable();
setImmediate(() => Promise.resolve().then(() => setTimeout(() => {}, 1)));
