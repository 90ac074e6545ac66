// corpus: {"exit": 1}
// An error in promiseResolve ends the process.
'use strict';

const { createHook } = require('node:async_hooks');

process.on('exit', (code) => console.log('exit', code));
createHook({ promiseResolve() { throw new Error('in promiseResolve'); } }).enable();
new Promise((resolve) => {
  resolve();
  console.log('never');
}).then(() => console.log('never'));
