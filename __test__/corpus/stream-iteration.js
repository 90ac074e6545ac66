// A readable in a for-await loop, from an async generator.
'use strict';

const { Readable } = require('node:stream');

async function* source() {
  yield 'one';
  await new Promise((resolve) => setImmediate(resolve));
  yield 'two';
}

async function main() {
  for await (const chunk of Readable.from(source())) console.log(chunk);
}

main();
