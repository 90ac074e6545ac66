// corpus: {"exit": 1}
// An error in init ends the process.
'use strict';

const { createHook } = require('node:async_hooks');
const { writeSync } = require('node:fs');

process.on('uncaughtException', () => console.log('never'));
// console.log may make a resource, and init would throw again.
process.on('exit', (code) => writeSync(1, `exit ${code}\n`));
createHook({ init() { throw new Error('in init'); } }).enable();
setImmediate(() => console.log('never'));
