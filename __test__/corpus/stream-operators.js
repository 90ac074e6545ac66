// map, filter and toArray of a readable.
'use strict';

const { Readable } = require('node:stream');

Readable.from([1, 2, 3, 4])
  .filter((n) => n % 2 === 0)
  .map(async (n) => n * 10)
  .toArray()
  .then(console.log);
