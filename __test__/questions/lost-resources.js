// question: Is the recording complete?
// kind: lost
'use strict';
const { AsyncResource } = require('node:async_hooks');

let last;
for (let i = 0; i < 3_000_000; i++) last = new AsyncResource('Query', { requireManualDestroy: true });
process.stdout.write(`${last.asyncId() > 0}\n`);
