// question: Is the recording complete?
// kind: lost
// slots: 1024
'use strict';

async function step(n) {
  return n + 1;
}

let last;
for (let n = 0; n < 400_000; n++) last = step(n);
last.then((n) => process.stdout.write(`${n} steps\n`));
