// corpus: {"exit": 1}
// An uncaught exception in a timeout ends the process.
'use strict';

process.on('exit', (code) => console.log('exit', code));
setTimeout(() => { throw new Error('fatal'); }, 1);
