// An immediate throws, the rest of the turn still runs.
'use strict';

process.on('uncaughtException', (error) => console.log('caught', error.message));

setImmediate(() => { throw new Error('thrown'); });
setImmediate(() => console.log('still runs'));
