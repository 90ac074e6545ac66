// question: The CPU use of the server grows with each client that comes and goes.
// kind: leak
// route: GET /events
// ends: signal after 3500 ms
'use strict';
const http = require('node:http');

function subscribe(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  setInterval(() => response.write(': still here\n\n'), 100); // <- here
}

const server = http.createServer((request, response) => {
  if (request.url === '/events') subscribe(response);
  else response.end('ok');
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  // Each client closes its connection before anything ends.
  setInterval(() => {
    const request = http.get({ port, path: '/events', agent: false }, (response) => {
      response.resume();
      setTimeout(() => request.destroy(), 30);
    });
    request.on('error', () => {});
  }, 40);
});
