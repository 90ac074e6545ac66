// The same signal twice, the second sent by the handler of the first.
'use strict';

if (process.platform !== 'win32') {
  const hold = setTimeout(() => {}, 60_000);
  let seen = 0;
  process.on('SIGUSR2', function handler() {
    console.log('signal', ++seen);
    if (seen === 1) {
      process.kill(process.pid, 'SIGUSR2');
    } else {
      process.removeListener('SIGUSR2', handler);
      clearTimeout(hold);
    }
  });
  process.kill(process.pid, 'SIGUSR2');
}
