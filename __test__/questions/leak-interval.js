// question: The longer the server runs the more CPU it needs.
// kind: leak
// route: GET /stream/:id
// ends: signal after 2500 ms
'use strict';
const http = require('node:http');

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/stream')) heartbeat(response);
  response.end('data');
});

function heartbeat(response) {
  setInterval(() => response.writableEnded || response.write(':'), 1000); // <- here
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  let id = 0;
  setInterval(() => {
    id += 1;
    http.get({ port, path: id % 2 ? `/stream/${id}` : '/', agent: false }, (response) => response.resume());
  }, 20);
});
