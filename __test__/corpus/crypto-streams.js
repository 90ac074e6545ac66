// A hash, a cipher and a signature as streams.
'use strict';

const crypto = require('node:crypto');
const { Readable, pipeline } = require('node:stream');

const cipher = crypto.createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
const hash = crypto.createHash('sha256');
pipeline(Readable.from([Buffer.from('text')]), cipher, hash, (error) => {
  console.log(error, hash.read().toString('hex'));
});
