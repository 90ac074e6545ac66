// question: The export ends without a file and without an error.
// kind: unsettled
'use strict';
const { Readable, Writable } = require('node:stream');
const { pipeline } = require('node:stream/promises');

async function exportRows() {
  const rows = Readable.from(Array.from({ length: 500 }, (_, row) => `${row}\n`.repeat(100)));
  const file = new Writable({
    write(chunk, encoding, callback) {
      if (chunk.length > 0) return;
      callback();
    },
  });
  await pipeline(rows, file); // <- here
  console.log('exported');
}

exportRows().catch(console.error);
