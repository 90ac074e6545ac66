// A session over TLS, agreed on by ALPN.
'use strict';

const http2 = require('node:http2');
const { key, cert } = require('./fixtures/certificate');

const server = http2.createSecureServer({ key, cert });
server.on('stream', (stream) => {
  stream.respond({ ':status': 200 }, { sendDate: false });
  stream.end('secret');
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`https://127.0.0.1:${server.address().port}`, { ca: cert, servername: 'localhost' });
  const request = client.request({ ':path': '/' });
  request.on('data', (data) => console.log(client.alpnProtocol, String(data)));
  request.on('close', () => client.close());
  client.on('close', () => server.close());
});
