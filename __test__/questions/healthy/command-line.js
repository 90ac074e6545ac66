// A filter over its input, line by line.
// stdin: one two three
'use strict';
const readline = require('node:readline');

async function main() {
  let words = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    words += line.split(' ').length;
  }
  process.stdout.write(`${words} words\n`);
}

main();
