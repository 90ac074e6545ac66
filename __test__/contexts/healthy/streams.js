// Streams that belong to a request, from beginning to end.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { createReadStream } = require('node:fs');
const { Transform, pipeline } = require('node:stream');

const request = new AsyncLocalStorage();

for (const id of ['a', 'b']) {
  request.run(id, () => {
    let size = 0;
    const count = new Transform({
      transform(chunk, encoding, done) {
        size += chunk.length;
        console.log('chunk for', request.getStore());
        done();
      },
    });
    pipeline(createReadStream(__filename), count, (error) => console.log(error ?? size > 0, request.getStore()));
    count.resume();
  });
}
