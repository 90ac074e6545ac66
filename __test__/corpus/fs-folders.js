// Folders: made, renamed, listed, removed.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

fs.mkdir(inFolder('a/b'), { recursive: true }, () => {
  fs.rename(inFolder('a/b'), inFolder('a/c'), () => {
    fs.readdir(inFolder('a'), (error, names) => {
      console.log(error, names);
      fs.rmdir(inFolder('a/c'), () => {
        fs.stat(inFolder('a/c'), (error) => console.log(error.code));
      });
    });
  });
});
