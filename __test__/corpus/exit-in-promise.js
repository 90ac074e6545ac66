// corpus: {"exit": 4}
// process.exit in the middle of a promise chain, under a hook.
'use strict';

const { createHook, executionAsyncId } = require('node:async_hooks');

const promises = new Set();
createHook({ init: (id, type) => type === 'PROMISE' && promises.add(id) }).enable();
process.on('exit', () => console.log('in a promise', promises.has(executionAsyncId())));
Promise.resolve().then(() => process.exit(4));
