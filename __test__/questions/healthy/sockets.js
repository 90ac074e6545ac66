// Long connections that get messages again and again, until the server ends.
'use strict';
const net = require('node:net');

const clients = new Set();
const server = net.createServer((socket) => {
  clients.add(socket);
  const ping = setInterval(() => socket.write('ping'), 100);
  socket.on('close', () => {
    clearInterval(ping);
    clients.delete(socket);
  });
  socket.on('data', (data) => clients.forEach((client) => client.write(data)));
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const sockets = Array.from({ length: 40 }, () => net.connect(port, '127.0.0.1').resume());
  let n = 0;
  const talk = setInterval(() => {
    sockets[n % 40].write(`message ${n}`);
    if ((n += 1) < 120) return;
    clearInterval(talk);
    sockets.forEach((socket) => socket.end());
    server.close();
  }, 8);
});
