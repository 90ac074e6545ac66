// A request with fetch.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  response.sendDate = false;
  response.setHeader('Connection', 'close');
  response.end('fetched');
});

server.listen(0, '127.0.0.1', async () => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`);
  console.log(response.status, await response.text());
  server.close();
});
