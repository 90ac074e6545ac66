// The HTTP/1 style interface over HTTP/2.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer((request, response) => {
  response.sendDate = false;
  let body = '';
  request.on('data', (data) => { body += data; });
  request.on('end', () => response.end(`got ${body}`));
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const request = client.request({ ':method': 'POST' });
  request.on('data', (data) => console.log(String(data)));
  request.on('close', () => client.close());
  request.end('body');
  client.on('close', () => server.close());
});
