// A signal that the process sends to itself.
'use strict';

if (process.platform !== 'win32') {
  // A signal handle does not hold the process.
  const hold = setTimeout(() => {}, 60_000);
  process.once('SIGUSR2', (signal, number) => {
    console.log(signal, typeof number);
    clearTimeout(hold);
  });
  process.kill(process.pid, 'SIGUSR2');
}
