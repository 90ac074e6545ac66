// corpus: {"exit": 3}
// process.exit in the middle of a callback.
'use strict';

const { executionAsyncId } = require('node:async_hooks');

let inside;
process.on('exit', (code) => console.log('exit', code, executionAsyncId() === inside));
setImmediate(() => {
  inside = executionAsyncId();
  Promise.resolve().then(() => console.log('never'));
  process.exit(3);
});
