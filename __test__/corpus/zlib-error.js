// What is not compressed cannot be decompressed.
'use strict';

const zlib = require('node:zlib');

zlib.gunzip('not compressed', (error) => {
  console.log(error.code);
  zlib.inflate('neither', (error) => console.log(error.code));
});
