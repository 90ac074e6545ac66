// A message over TLS and back.
'use strict';

const tls = require('node:tls');
const { key, cert } = require('./fixtures/certificate');

const server = tls.createServer({ key, cert }, (socket) => {
  socket.once('data', (data) => socket.end(data));
});

server.listen(0, '127.0.0.1', () => {
  const client = tls.connect({ port: server.address().port, host: '127.0.0.1', ca: cert, servername: 'localhost' });
  client.on('secureConnect', () => {
    console.log('authorized', client.authorized);
    client.write('secret');
  });
  client.on('data', (data) => console.log(String(data)));
  client.on('close', () => server.close());
});
