// The client sends its body when the server says 100.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  response.sendDate = false;
  request.on('data', (data) => console.log('body', String(data)));
  request.on('end', () => response.end());
});

server.listen(0, '127.0.0.1', () => {
  const request = http.request({
    port: server.address().port,
    host: '127.0.0.1',
    agent: false,
    method: 'POST',
    headers: { Expect: '100-continue' },
  }, (response) => {
    response.resume();
    response.on('close', () => server.close());
  });
  request.on('continue', () => request.end('after 100'));
  request.flushHeaders();
});
