// With `allowHalfOpen` the server still answers after the client has ended.
'use strict';

const net = require('node:net');

const server = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.resume();
  socket.on('end', () => setImmediate(() => socket.end('answer after the end')));
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect({ port: server.address().port, host: '127.0.0.1', allowHalfOpen: true });
  client.setEncoding('utf8');
  client.on('data', (text) => console.log(text));
  client.on('close', () => server.close());
  client.end('question');
});
