// question: After some hours: EMFILE, too many open files.
// kind: leak
// ends: signal after 2500 ms
'use strict';
const net = require('node:net');

const server = net.createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).resume());

function report(port, value) {
  const socket = net.connect(port, '127.0.0.1'); // <- here
  socket.on('error', () => {});
  socket.write(`value ${value}\n`);
}

server.listen(0, '127.0.0.1', () => {
  setInterval(() => report(server.address().port, Math.random()), 25);
});
