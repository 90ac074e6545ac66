// The same with brotli.
'use strict';

const zlib = require('node:zlib');

zlib.brotliCompress('text text text', (error, packed) => {
  zlib.brotliDecompress(packed, (error, plain) => console.log(error, String(plain)));
});
