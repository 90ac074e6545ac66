// The same as an async iterator that a signal ends.
'use strict';

const fs = require('node:fs');
const { folder, inFolder } = require('./fixtures/temporary-folder');

async function main() {
  const controller = new AbortController();
  try {
    for await (const { eventType, filename } of fs.promises.watch(folder, { signal: controller.signal })) {
      console.log(eventType, filename);
      controller.abort();
    }
  } catch (error) {
    console.log(error.name);
  }
}

main();
fs.mkdirSync(inFolder('new'));
