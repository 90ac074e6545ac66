// A server that is ended with Ctrl-C while clients use it.
// ends: signal after 1800 ms
'use strict';
const http = require('node:http');

const agent = new http.Agent({ keepAlive: true, maxSockets: 10 });
const server = http.createServer(async (request, response) => {
  const body = await load(request.url);
  response.end(body);
});

async function load(url) {
  await new Promise((resolve) => setTimeout(resolve, 3));
  return Promise.all([1, 2, 3].map(async (n) => `${url} ${n}`)).then((lines) => lines.join('\n'));
}

server.listen(0, '127.0.0.1', () => {
  let id = 0;
  setInterval(() => http.get({ port: server.address().port, path: `/user/${id++}`, agent }, (response) => response.resume()), 5);
});
