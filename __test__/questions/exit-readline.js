// question: Why does readline keep my process open?
// kind: does-not-exit
// ends: signal after 1200 ms
// stdin: open
'use strict';
const readline = require('node:readline');

async function confirm() {
  const lines = readline.createInterface({ input: process.stdin }); // <- here
  return new Promise((resolve) => {
    lines.once('line', (line) => resolve(line === 'y'));
    setTimeout(resolve, 50, false);
  });
}

confirm().then((isSure) => process.stdout.write(isSure ? 'removed\n' : 'nothing done\n'));
