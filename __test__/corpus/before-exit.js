// beforeExit gives the process one more turn.
'use strict';

process.once('beforeExit', (code) => {
  console.log('beforeExit', code);
  setImmediate(() => console.log('one more turn'));
});
process.on('exit', (code) => console.log('exit', code));
