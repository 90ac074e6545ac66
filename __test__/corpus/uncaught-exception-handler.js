// The process goes on after uncaught exceptions.
'use strict';

process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
setImmediate(() => {
  setImmediate(() => {
    process.nextTick(() => console.log('tick'));
    Promise.resolve().then(() => console.log('promise'));
    throw new Error('from an immediate');
  });
  setImmediate(() => console.log('next immediate'));
});
throw new Error('from the main script');
