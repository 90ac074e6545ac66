// question: Uploads make the whole service stutter.
// kind: block
// route: POST /upload
'use strict';
const { randomBytes } = require('node:crypto');
const http = require('node:http');
const zlib = require('node:zlib');

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part)).on('end', () => {
    const packed = zlib.gzipSync(Buffer.concat(parts), { level: 9 }); // <- here
    response.end(String(packed.length));
  });
});

server.listen(0, '127.0.0.1', () => {
  const body = randomBytes(30_000_000);
  const request = http.request({ port: server.address().port, path: '/upload', method: 'POST', agent: false });
  request.on('response', (response) => response.resume().on('end', () => server.close())).end(body);
});
