// A certificate that nobody vouches for is refused by the client.
'use strict';

const tls = require('node:tls');
const { key, cert } = require('./fixtures/certificate');

const server = tls.createServer({ key, cert, maxVersion: 'TLSv1.2' });
server.on('tlsClientError', () => {});
server.on('secureConnection', (socket) => socket.on('error', () => {}));

server.listen(0, '127.0.0.1', () => {
  const client = tls.connect({ port: server.address().port, host: '127.0.0.1', servername: 'localhost' });
  client.on('error', (error) => console.log(error.code));
  client.on('close', () => server.close());
});
