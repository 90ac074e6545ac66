// Three clients, each after the one before it has gone.
'use strict';

const net = require('node:net');
const { once } = require('node:events');

const server = net.createServer((socket) => socket.end('hello'));

async function visit(port) {
  const client = net.connect(port, '127.0.0.1');
  client.resume();
  await once(client, 'close');
}

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (let turn = 0; turn < 3; turn++) await visit(port);
  server.close(() => console.log('three visits'));
});
