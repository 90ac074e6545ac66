// A rejection that is handled too late is reported twice.
'use strict';

process.on('unhandledRejection', (error, promise) => {
  console.log('unhandled', error.message, promise === rejected);
  setImmediate(() => promise.catch(() => console.log('caught')));
});
process.on('rejectionHandled', (promise) => console.log('handled', promise === rejected));

const rejected = Promise.reject(new Error('late'));
