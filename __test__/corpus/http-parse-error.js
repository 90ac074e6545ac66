// What is not HTTP is answered with 400.
'use strict';

const http = require('node:http');
const net = require('node:net');

const server = http.createServer();
server.on('clientError', (error, socket) => {
  console.log(error.code);
  socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1', () => client.write('nonsense\r\n\r\n'));
  client.on('data', (data) => console.log(String(data).split('\r\n')[0]));
  client.on('close', () => server.close());
});
