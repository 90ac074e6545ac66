// A server that closes itself when it is asked to.
// ends: signal after 1500 ms, SIGTERM
'use strict';
const http = require('node:http');

const open = new Set();
const server = http.createServer((request, response) => {
  open.add(response);
  response.on('close', () => open.delete(response));
  setTimeout(() => response.end(`hello ${request.url}`), 8);
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
let load;

server.listen(0, '127.0.0.1', () => {
  let id = 0;
  load = setInterval(() => http.get({ port: server.address().port, path: `/${id++}`, agent }, (response) => response.resume()).on('error', () => {}), 4);
});

process.on('SIGTERM', () => {
  clearInterval(load);
  server.close();
  agent.destroy();
});
