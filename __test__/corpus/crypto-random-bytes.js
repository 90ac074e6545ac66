// Random bytes and a filled buffer.
'use strict';

const crypto = require('node:crypto');

crypto.randomBytes(16, (error, bytes) => {
  console.log(error, bytes.length);
  crypto.randomFill(Buffer.alloc(8), (error, buffer) => console.log(error, buffer.length));
});
