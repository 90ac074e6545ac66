// The client resets its connection, the server sees ECONNRESET.
'use strict';

const net = require('node:net');

let client;
const server = net.createServer((socket) => {
  socket.on('error', (error) => console.log('server side', error.code));
  socket.on('close', () => server.close());
  socket.once('data', () => client.resetAndDestroy());
});

server.listen(0, '127.0.0.1', () => {
  client = net.connect(server.address().port, '127.0.0.1', () => client.write('x'));
  client.on('close', () => console.log('client closed'));
});
