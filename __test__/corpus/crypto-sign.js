// Signed and verified off the main thread.
'use strict';

const crypto = require('node:crypto');
const { key, cert } = require('./fixtures/certificate');

crypto.sign('sha256', Buffer.from('text'), key, (error, signature) => {
  crypto.verify('sha256', Buffer.from('text'), cert, signature, (error, result) => console.log(error, result));
});
