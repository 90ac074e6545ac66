// question: Error: ENOSPC: System limit for number of file watchers reached.
// kind: leak
// route: GET /edit/:id
// ends: signal after 2500 ms
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const server = http.createServer((_request, response) => {
  fs.watchFile(`${__filename}.${Math.random()}`, { interval: 60_000 }, () => {}); // <- here
  response.end('watching');
});

server.listen(0, '127.0.0.1', () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
  let id = 0;
  setInterval(() => http.get({ port: server.address().port, path: `/edit/${id++}`, agent }, (response) => response.resume()), 25);
});
