// The lines of a stream in a for-await loop.
'use strict';

const readline = require('node:readline');
const { PassThrough } = require('node:stream');

async function main() {
  const input = new PassThrough();
  const lines = readline.createInterface({ input });
  setImmediate(() => input.end('one\ntwo\n'));
  for await (const line of lines) console.log(line);
}

main();
