// A connection that nobody accepts ends in ECONNREFUSED.
'use strict';

const net = require('node:net');

const server = net.createServer();

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  server.close(() => {
    const client = net.connect(port, '127.0.0.1');
    client.on('error', (error) => console.log(error.code));
    client.on('close', () => console.log('closed'));
  });
});
