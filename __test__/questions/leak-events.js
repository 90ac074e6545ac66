// question: Clients come and go, memory only grows.
// kind: leak
// ends: signal after 2500 ms
'use strict';
const net = require('node:net');

class Client {
  constructor(socket) {
    this.socket = socket.on('error', () => {}).on('end', () => socket.end()).resume();
    this.ping = setInterval(() => this.beat(), 5000); // <- here
  }

  beat() {
    if (this.socket.writable) this.socket.write('ping');
  }
}

const server = net.createServer((socket) => new Client(socket));
server.listen(0, '127.0.0.1', () => {
  setInterval(() => {
    const socket = net.connect(server.address().port, '127.0.0.1', () => socket.end('hello'));
    socket.on('error', () => {}).resume();
  }, 25);
});
