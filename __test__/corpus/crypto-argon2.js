// corpus: {"skip": {"20": "no argon2", "22": "no argon2"}}
// A key from a password, with argon2.
'use strict';

const crypto = require('node:crypto');

const nonce = Buffer.alloc(16);
const parameters = { message: 'password', nonce, parallelism: 1, tagLength: 16, memory: 8, passes: 1 };
crypto.argon2('argon2id', parameters, (error, key) => console.log(error, key.length));
