// A timeout throws, what it left behind still runs.
'use strict';

process.on('uncaughtException', (error) => {
  console.log('caught', error.message);
  setTimeout(() => console.log('started by the handler'), 2);
});

setTimeout(() => {
  process.nextTick(() => console.log('tick'));
  throw new Error('thrown');
}, 2);
