// corpus: {"exit": 5}
// process.exit in a hook.
'use strict';

const { createHook } = require('node:async_hooks');

process.on('exit', (code) => console.log('exit', code));
createHook({ before() { process.exit(5); } }).enable();
setImmediate(() => console.log('never'));
