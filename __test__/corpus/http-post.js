// A request with a body in two parts, the second sent when the server has seen the first.
'use strict';

const http = require('node:http');

let request;
const server = http.createServer((incoming, response) => {
  response.sendDate = false;
  incoming.setEncoding('utf8');
  incoming.on('data', (text) => {
    console.log('part', text);
    if (text === 'first') request.end('second');
  });
  incoming.on('end', () => response.end('thanks'));
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  request = http.request({ port, host: '127.0.0.1', method: 'POST', agent: false }, (response) => {
    response.resume();
    response.on('close', () => server.close());
  });
  request.write('first');
});
