// A request to a port where nobody listens.
'use strict';

const http = require('node:http');

const server = http.createServer();

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  server.close(() => {
    const request = http.get({ port, host: '127.0.0.1', agent: false });
    request.on('error', (error) => console.log(error.code));
    request.on('close', () => console.log('closed'));
  });
});
