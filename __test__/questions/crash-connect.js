// question: Error: connect ECONNREFUSED, with nothing of my code in the stack.
// kind: crash
// exits: 1
'use strict';
const net = require('node:net');

function connect(port) {
  const socket = net.connect(port, '127.0.0.1'); // <- here
  socket.write('hello');
  return socket;
}

const server = net.createServer().listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  server.close(() => connect(port));
});
