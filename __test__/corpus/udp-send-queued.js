// corpus: {"nodeOptions": ["--test-udp-no-try-send"]}
// Datagrams that are queued instead of being sent at once have a request each.
'use strict';

const dgram = require('node:dgram');

const socket = dgram.createSocket('udp4');
socket.on('message', (message) => {
  console.log(String(message));
  if (String(message) === 'second') socket.close();
});
socket.bind(0, '127.0.0.1', () => {
  const { port } = socket.address();
  socket.send('first', port, '127.0.0.1', (error, bytes) => {
    console.log('sent', error, bytes);
    socket.send('second', port, '127.0.0.1');
  });
});
