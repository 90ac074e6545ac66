// copyFile, access, truncate, chmod and utimes.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

fs.writeFileSync(inFolder('a'), 'contents');
fs.copyFile(inFolder('a'), inFolder('b'), () => {
  fs.access(inFolder('b'), (error) => {
    console.log('access', error);
    fs.truncate(inFolder('b'), 4, () => {
      fs.chmod(inFolder('b'), 0o600, () => {
        fs.utimes(inFolder('b'), 1, 2, () => {
          fs.lstat(inFolder('b'), (error, stats) => console.log(error, stats.size, stats.mtimeMs));
        });
      });
    });
  });
});
