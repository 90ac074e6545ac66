// question: The result is there after 20 ms, but the program ends a minute later.
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const { setTimeout: sleep } = require('node:timers/promises');

function withTimeout(promise, ms) {
  const timeout = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('timeout')), ms); // <- here
  });
  timeout.catch(() => {});
  return Promise.race([promise, timeout]);
}

async function main() {
  const result = await withTimeout(sleep(20, 'result'), 60_000);
  process.stdout.write(`${result}\n`);
}

main();
