// A prime is made and checked.
'use strict';

const crypto = require('node:crypto');

crypto.generatePrime(32, (error, prime) => {
  crypto.checkPrime(prime, (error, result) => console.log(error, result));
});
