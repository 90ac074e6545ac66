// A directory handle, by callbacks and by iteration.
'use strict';

const fs = require('node:fs');
const { folder, inFolder } = require('./fixtures/temporary-folder');

fs.writeFileSync(inFolder('only'), '');

async function iterate() {
  for await (const entry of await fs.promises.opendir(folder)) console.log(entry.name);
}

fs.opendir(folder, (error, directory) => {
  directory.read((error, entry) => {
    console.log(error, entry.name);
    directory.close(iterate);
  });
});
