// question: DNS lookups are slow while backups run.
// kind: thread-pool
'use strict';
const dns = require('node:dns');
const zlib = require('node:zlib');

const data = Buffer.alloc(30_000_000, 'The quick brown fox jumps over the lazy dog. ');

function backup(parts) {
  for (let part = 0; part < parts; part++) {
    zlib.gzip(data, { level: 9 }, () => {}); // <- here
  }
}

backup(24);
setTimeout(() => dns.lookup('localhost', () => process.stdout.write('found\n')), 20);
