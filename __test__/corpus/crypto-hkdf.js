// A key from a key.
'use strict';

const crypto = require('node:crypto');

crypto.hkdf('sha256', 'key', 'salt', 'info', 16, (error, key) => {
  console.log(error, Buffer.from(key).toString('hex'));
});
