// corpus: {"exit": 1}
// An error in after ends the process.
'use strict';

const { createHook } = require('node:async_hooks');

process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
createHook({ after() { throw new Error('in after'); } }).enable();
setImmediate(() => console.log('callback'));
setImmediate(() => console.log('never'));
