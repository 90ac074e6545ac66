// A file handle is opened, used and closed.
'use strict';

const fs = require('node:fs/promises');
const { inFolder } = require('./fixtures/temporary-folder');

async function main() {
  const handle = await fs.open(inFolder('file'), 'w+');
  handle.on('close', () => console.log('close event'));
  await handle.write('contents');
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(8), 0, 8, 0);
  console.log(bytesRead, String(buffer));
  await handle.truncate(3);
  console.log((await handle.stat()).size);
  await handle.close();
}

main();
