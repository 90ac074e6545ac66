// corpus: {"exit": 1}
// After an error in a hook the next resource of an exit handler makes the hook throw again.
'use strict';

const { createHook } = require('node:async_hooks');

process.on('exit', () => setImmediate(() => console.log('never')));
createHook({ init(id, type) { throw new Error(`in the init of a ${type}`); } }).enable();
setTimeout(() => console.log('never'), 1);
