// corpus: {"exit": 1}
// An unhandled rejection ends the process.
'use strict';

process.on('exit', (code) => console.log('exit', code));
setImmediate(() => console.log('never'));
Promise.reject(new Error('nobody handles this'));
