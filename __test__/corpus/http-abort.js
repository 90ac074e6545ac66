// The client gives up in the middle of an answer.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  response.sendDate = false;
  response.write('beginning');
  response.on('close', () => {
    console.log('server: finished', response.writableFinished);
    server.close();
  });
});

server.listen(0, '127.0.0.1', () => {
  const request = http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    response.on('error', (error) => console.log('client:', error.code));
    response.once('data', () => request.destroy());
  });
  request.on('close', () => console.log('client: closed'));
});
