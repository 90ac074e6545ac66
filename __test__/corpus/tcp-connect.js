// A client connects, ends, and the server follows.
'use strict';

const net = require('node:net');

const server = net.createServer((socket) => {
  socket.resume();
  socket.on('close', () => server.close(() => console.log('server closed')));
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1', () => client.end());
  client.resume();
  client.on('close', () => console.log('client closed'));
});
