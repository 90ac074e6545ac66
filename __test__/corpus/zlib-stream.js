// A deflate stream that is written, flushed and ended.
'use strict';

const zlib = require('node:zlib');

const deflate = zlib.createDeflate();
const parts = [];
deflate.on('data', (data) => parts.push(data));
deflate.on('close', () => console.log(String(zlib.inflateSync(Buffer.concat(parts)))));
deflate.write('one ', () => {
  deflate.flush(() => {
    deflate.params(9, zlib.constants.Z_DEFAULT_STRATEGY, () => deflate.end('two'));
  });
});
