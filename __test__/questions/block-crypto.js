// question: Every request is slow when somebody logs in. What blocks the event loop?
// kind: block
// route: POST /login
'use strict';
const crypto = require('node:crypto');
const http = require('node:http');

function hash(password) {
  return crypto.pbkdf2Sync(password, 'salt', 300_000, 64, 'sha512'); // <- here
}

const server = http.createServer((request, response) => {
  if (request.url === '/login') hash('secret');
  response.end('ok');
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  let left = 9;
  const done = () => (left -= 1) === 0 && server.close();
  const ask = (method, path) => http.request({ port, path, method, agent: false }, (response) => response.resume().on('end', done)).end();
  ask('POST', '/login');
  for (let i = 0; i < 8; i++) setTimeout(ask, 20 + i * 10, 'GET', '/');
});
