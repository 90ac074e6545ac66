// question: More and more requests are open, none of them is answered.
// kind: unsettled
// route: GET /poll/:id
// ends: signal after 3500 ms
'use strict';
const http = require('node:http');

const listeners = new Set();

function nextMessage() {
  return new Promise((resolve) => listeners.add(resolve)); // <- here
}

const server = http.createServer(async (_request, response) => {
  response.end(await nextMessage());
});

server.listen(0, '127.0.0.1', () => {
  let id = 0;
  const clients = setInterval(() => {
    http.get({ port: server.address().port, path: `/poll/${id++}`, agent: false }, () => {}).on('error', () => {});
    if (id === 40) clearInterval(clients);
  }, 20);
});
