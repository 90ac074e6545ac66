// What goes wrong comes back in the callback, or at once for a wrong argument.
'use strict';

const fs = require('node:fs');
const { folder, inFolder } = require('./fixtures/temporary-folder');

try {
  fs.stat(42, () => {});
} catch (error) {
  console.log(error.code);
}

fs.readFile(inFolder('missing'), (error) => {
  console.log(error.code);
  fs.readFile(folder, (error) => {
    console.log(error.code);
    fs.rmdir(inFolder('missing'), (error) => console.log(error.code));
  });
});
