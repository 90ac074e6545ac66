// Two requests in one packet get two answers in their order.
'use strict';

const http = require('node:http');
const net = require('node:net');

const server = http.createServer((request, response) => {
  response.sendDate = false;
  console.log('request', request.url);
  setImmediate(() => response.end(request.url));
});

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let text = '';
  client.on('data', (data) => { text += data; });
  client.on('close', () => {
    console.log(text.match(/HTTP\/1\.1 200 OK/g).length, 'answers');
    server.close();
  });
});
