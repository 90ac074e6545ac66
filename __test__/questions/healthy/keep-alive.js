// Clients that keep their connections.
'use strict';
const http = require('node:http');

const server = http.createServer((request, response) => {
  request.resume().on('end', () => response.end('thanks'));
});
const agent = new http.Agent({ keepAlive: true, maxSockets: 4, timeout: 10_000 });

function post(n) {
  return new Promise((resolve, reject) => {
    const request = http.request({ port: server.address().port, path: `/event/${n}`, method: 'POST', agent }, (response) => {
      response.resume().on('end', resolve);
    });
    request.on('error', reject).end(`event ${n}`);
  });
}

server.listen(0, '127.0.0.1', async () => {
  for (let n = 0; n < 60; n += 6) await Promise.all([0, 1, 2, 3, 4, 5].map((of) => post(n + of)));
  server.close();
  agent.destroy();
});
