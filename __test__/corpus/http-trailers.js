// Trailers follow the body.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  response.sendDate = false;
  response.writeHead(200, { Trailer: 'X-Sum' });
  response.write('body');
  response.addTrailers({ 'X-Sum': '4' });
  response.end();
});

server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    response.resume();
    response.on('end', () => console.log(response.trailers['x-sum']));
    response.on('close', () => server.close());
  });
});
