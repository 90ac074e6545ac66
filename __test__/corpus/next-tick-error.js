// A tick throws, the next still runs.
'use strict';

process.on('uncaughtException', (error) => console.log('caught', error.message));

process.nextTick(() => { throw new Error('thrown'); });
process.nextTick(() => console.log('still runs'));
