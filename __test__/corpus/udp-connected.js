// A connected socket sends without an address, and gets the answer.
'use strict';

const dgram = require('node:dgram');

const server = dgram.createSocket('udp4');
const client = dgram.createSocket('udp4');

server.on('message', (message, remote) => server.send(`re: ${message}`, remote.port, remote.address));
client.on('message', (message) => {
  console.log(String(message));
  client.disconnect();
  client.close(() => server.close());
});

server.bind(0, '127.0.0.1', () => {
  client.connect(server.address().port, '127.0.0.1', () => client.send('question'));
});
