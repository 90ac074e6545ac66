// corpus: {"exit": 1}
// An error in destroy ends the process.
'use strict';

const { AsyncResource, createHook } = require('node:async_hooks');

process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
createHook({ destroy() { throw new Error('in destroy'); } }).enable();
new AsyncResource('Manual', { requireManualDestroy: true }).emitDestroy();
setImmediate(() => setImmediate(() => setImmediate(() => console.log('never'))));
