// Each datagram is sent from the callback of the one before it.
'use strict';

const dgram = require('node:dgram');

const socket = dgram.createSocket('udp4');
let sent = 0;

function send() {
  socket.send(`number ${sent}`, socket.address().port, '127.0.0.1', (error, bytes) => {
    console.log('sent', error, bytes);
  });
}

socket.on('message', (message) => {
  console.log(String(message));
  if (++sent < 3) send();
  else socket.close();
});
socket.bind(0, '127.0.0.1', send);
