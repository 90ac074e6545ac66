// A socket on which nothing happens reports `timeout`.
'use strict';

const net = require('node:net');

const server = net.createServer((socket) => {
  socket.setTimeout(10, () => socket.end());
  socket.resume();
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume();
  client.on('end', () => console.log('ended by the server'));
  client.on('close', () => server.close());
});
