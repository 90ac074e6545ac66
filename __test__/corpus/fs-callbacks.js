// The life of a file, one callback in the other.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

const path = inFolder('file');

function check(error) {
  if (error) throw error;
}

fs.open(path, 'w+', (error, fd) => {
  check(error);
  fs.write(fd, 'contents', 0, (error) => {
    check(error);
    fs.read(fd, Buffer.alloc(8), 0, 8, 0, (error, bytes, buffer) => {
      check(error);
      console.log(bytes, String(buffer));
      fs.fstat(fd, (error, stats) => {
        check(error);
        console.log('size', stats.size);
        fs.close(fd, (error) => {
          check(error);
          fs.unlink(path, check);
        });
      });
    });
  });
});
