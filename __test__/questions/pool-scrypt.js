// question: With some users at once, sign-in takes seconds. The CPU has room.
// kind: thread-pool
'use strict';
const crypto = require('node:crypto');
const http = require('node:http');
const { promisify } = require('node:util');

const scrypt = promisify(crypto.scrypt);

async function verify(password) {
  return scrypt(password, 'salt', 64, { N: 2 ** 15, maxmem: 2 ** 26 }); // <- here
}

const server = http.createServer(async (_request, response) => {
  const key = await verify('secret');
  response.end(key.toString('hex'));
});

server.listen(0, '127.0.0.1', () => {
  let left = 16;
  for (let i = 0; i < 16; i++) {
    http.get({ port: server.address().port, path: '/signin', agent: false }, (response) => {
      response.resume().on('end', () => (left -= 1) === 0 && server.close());
    });
  }
});
