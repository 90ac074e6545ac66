// CONNECT turns a proxy request into a tunnel.
'use strict';

const http = require('node:http');

const server = http.createServer();
server.on('connect', (request, socket) => {
  console.log('tunnel to', request.url);
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
  socket.once('data', (data) => socket.end(data));
});

server.listen(0, '127.0.0.1', () => {
  const request = http.request({
    port: server.address().port,
    host: '127.0.0.1',
    agent: false,
    method: 'CONNECT',
    path: 'example.invalid:80',
  });
  request.on('connect', (response, socket) => {
    socket.write('ping');
    socket.on('data', (data) => console.log(String(data)));
    socket.on('close', () => server.close());
  });
  request.end();
});
