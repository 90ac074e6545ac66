// One request and its answer, on a connection of its own.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  // A Date header starts a timer that runs to the end of the current second.
  response.sendDate = false;
  response.end(`${request.method} ${request.url}`);
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  http.get({ port, host: '127.0.0.1', path: '/one', agent: false }, (response) => {
    response.setEncoding('utf8');
    response.on('data', (text) => console.log(response.statusCode, text));
    response.on('close', () => server.close());
  });
});
