// question: Some requests hang until the client gives up.
// kind: unsettled
// route: GET /order/:id
// ends: signal after 3000 ms
'use strict';
const http = require('node:http');

const pending = new Map();

function stockOf(id) {
  return new Promise((resolve) => { // <- here
    pending.set(id, resolve);
    if (id % 3 !== 0) setTimeout(() => pending.get(id)?.(5), 10);
  });
}

const server = http.createServer(async (request, response) => {
  const stock = await stockOf(Number(request.url.split('/')[2]));
  response.end(`${stock}`);
});

server.listen(0, '127.0.0.1', () => {
  for (let id = 1; id < 13; id++) {
    http.get({ port: server.address().port, path: `/order/${id}`, agent: false }, (response) => response.resume()).on('error', () => {});
  }
});
