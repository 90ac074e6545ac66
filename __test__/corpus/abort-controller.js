// A timeout is aborted.
'use strict';

const { setTimeout } = require('node:timers/promises');

const controller = new AbortController();
controller.signal.addEventListener('abort', () => console.log('aborted'));
setTimeout(60_000, null, { signal: controller.signal }).catch((error) => console.log(error.name));
setImmediate(() => controller.abort());
