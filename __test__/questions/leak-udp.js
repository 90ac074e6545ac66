// question: bind EMFILE in the metrics client after a day.
// kind: leak
// route: GET /item/:id
// ends: signal after 2500 ms
'use strict';
const dgram = require('node:dgram');
const http = require('node:http');

function count(name) {
  const socket = dgram.createSocket('udp4'); // <- here
  socket.send(`${name}:1|c`, 9, '127.0.0.1', () => {});
}

const server = http.createServer((request, response) => {
  count('requests');
  response.end(request.url);
});

server.listen(0, '127.0.0.1', () => {
  let id = 100;
  setInterval(() => {
    http.get({ port: server.address().port, path: `/item/${id++}`, agent: false }, (response) => response.resume());
  }, 25);
});
