// corpus: {"skip": {"20": "no zstd in zlib"}}
// Compressed with zstd.
'use strict';

const zlib = require('node:zlib');

zlib.zstdCompress('text text text', (error, packed) => {
  zlib.zstdDecompress(packed, (error, plain) => console.log(error, String(plain)));
});
