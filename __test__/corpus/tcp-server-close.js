// A server that is closed with an open connection ends when the connection does.
'use strict';

const net = require('node:net');

const server = net.createServer((socket) => {
  server.close(() => console.log('server closed'));
  socket.end('bye');
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.on('data', (data) => console.log(String(data)));
  client.on('close', () => console.log('client closed'));
});
