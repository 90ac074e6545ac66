// The lines of a file handle, in a for-await loop.
'use strict';

const fs = require('node:fs');
const { open } = require('node:fs/promises');
const { inFolder } = require('./fixtures/temporary-folder');

fs.writeFileSync(inFolder('file'), 'one\ntwo\nthree\n');

async function main() {
  const handle = await open(inFolder('file'));
  for await (const line of handle.readLines()) console.log(line);
}

main();
