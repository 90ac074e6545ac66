// One datagram to oneself.
'use strict';

const dgram = require('node:dgram');

const socket = dgram.createSocket('udp4');
socket.on('message', (message) => {
  console.log(String(message));
  socket.close(() => console.log('closed'));
});
socket.bind(0, '127.0.0.1', () => socket.send('datagram', socket.address().port, '127.0.0.1'));
