// Ids at the top of the main script and of what it starts.
'use strict';

const { executionAsyncId, executionAsyncResource, triggerAsyncId } = require('node:async_hooks');

const main = executionAsyncId();
console.log(main, triggerAsyncId(), typeof executionAsyncResource());
console.log(executionAsyncResource() === executionAsyncResource());
process.on('exit', () => console.log('exit', executionAsyncId() === main));
setImmediate(() => console.log(executionAsyncId() !== main, triggerAsyncId() === main));
