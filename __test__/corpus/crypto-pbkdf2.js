// A key from a password.
'use strict';

const crypto = require('node:crypto');

crypto.pbkdf2('password', 'salt', 10, 16, 'sha256', (error, key) => console.log(error, key.toString('hex')));
