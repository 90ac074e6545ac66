// A microtask throws, the next still runs.
'use strict';

process.on('uncaughtException', (error) => console.log('caught', error.message));

queueMicrotask(() => { throw new Error('thrown'); });
queueMicrotask(() => console.log('still runs'));
