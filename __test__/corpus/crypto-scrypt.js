// A key from a password, with scrypt.
'use strict';

const crypto = require('node:crypto');

crypto.scrypt('password', 'salt', 16, { N: 16 }, (error, key) => console.log(error, key.toString('hex')));
