// corpus: {"exit": 1}
// An error in the init of a promise ends the process, even inside of a try.
'use strict';

const { createHook } = require('node:async_hooks');
const { writeSync } = require('node:fs');

process.on('exit', (code) => writeSync(1, `exit ${code}\n`));
createHook({ init() { throw new Error('in init'); } }).enable();
try {
  Promise.resolve();
} catch {
  console.log('never');
}
console.log('never');
