// The promise interface, one step after the other.
'use strict';

const fs = require('node:fs/promises');
const { inFolder } = require('./fixtures/temporary-folder');

async function main() {
  await fs.writeFile(inFolder('a'), 'contents');
  await fs.rename(inFolder('a'), inFolder('b'));
  console.log(await fs.readFile(inFolder('b'), 'utf8'));
  console.log((await fs.stat(inFolder('b'))).size);
  await fs.mkdir(inFolder('folder'));
  console.log(await fs.readdir(inFolder('folder')));
  await fs.rmdir(inFolder('folder'));
  await fs.access(inFolder('folder')).catch((error) => console.log(error.code));
  await fs.unlink(inFolder('b'));
}

main();
