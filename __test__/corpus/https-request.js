// A request over TLS.
'use strict';

const https = require('node:https');
const { key, cert } = require('./fixtures/certificate');

const server = https.createServer({ key, cert }, (request, response) => {
  response.sendDate = false;
  response.end('secret');
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  https.get({ port, host: '127.0.0.1', ca: cert, servername: 'localhost', agent: false }, (response) => {
    response.on('data', (data) => console.log(response.statusCode, String(data)));
    response.on('close', () => server.close());
  });
});
