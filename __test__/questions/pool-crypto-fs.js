// question: Reading a small file takes half a second. Is it the disk?
// kind: thread-pool
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');

function hashAll(passwords) {
  for (const password of passwords) crypto.pbkdf2(password, 'salt', 250_000, 64, 'sha512', () => {}); // <- here
}

hashAll(Array.from({ length: 12 }, (_, n) => `password ${n}`));
const began = Date.now();
fs.readFile(__filename, () => process.stdout.write(`read after ${Date.now() - began} ms\n`));
