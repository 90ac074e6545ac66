// A hook that is enabled late sees the continuations of promises from before.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

let resolve;
const early = new Promise((done) => { resolve = done; });
const earlyThen = early.then(() => {});

createHook(callbacks('hook')).enable();
earlyThen.then(() => {});
resolve();
