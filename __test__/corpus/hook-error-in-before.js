// corpus: {"exit": 1}
// An error in before ends the process.
'use strict';

const { createHook } = require('node:async_hooks');

process.on('uncaughtException', () => console.log('never'));
process.on('exit', (code) => console.log('exit', code));
createHook({ before() { throw new Error('in before'); } }).enable();
setImmediate(() => console.log('never'));
