// corpus: {"exit": 1}
// A monitor sees the error that ends the process.
'use strict';

process.on('uncaughtExceptionMonitor', (error) => console.log('monitor', error.message));
process.on('exit', (code) => console.log('exit', code));
setImmediate(() => { throw new Error('fatal'); });
