// A pair of keys, and a secret one.
'use strict';

const crypto = require('node:crypto');

crypto.generateKeyPair('ec', { namedCurve: 'P-256' }, (error, publicKey, privateKey) => {
  console.log(error, publicKey.type, privateKey.type);
  crypto.generateKey('hmac', { length: 64 }, (error, key) => console.log(error, key.type));
});
