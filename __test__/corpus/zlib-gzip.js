// Compressed and decompressed with callbacks.
'use strict';

const zlib = require('node:zlib');

zlib.gzip('text text text', (error, packed) => {
  console.log(error, packed.length > 0);
  zlib.gunzip(packed, (error, plain) => console.log(error, String(plain)));
});
