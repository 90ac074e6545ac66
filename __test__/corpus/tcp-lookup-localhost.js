// Connecting by name goes through a lookup first.
'use strict';

const net = require('node:net');

const server = net.createServer((socket) => socket.end());

server.listen(0, '127.0.0.1', () => {
  const client = net.connect({ port: server.address().port, host: 'localhost', family: 4 });
  client.resume();
  client.on('lookup', (error, address, family) => console.log('found', error, address, family));
  client.on('close', () => server.close());
});
