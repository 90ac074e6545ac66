// A server under load, closed in order.
'use strict';
const http = require('node:http');

const server = http.createServer(async (request, response) => {
  await new Promise((resolve) => setTimeout(resolve, 5 + Number(request.url.slice(6)) % 10));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ url: request.url, list: Array.from({ length: 200 }, (_, i) => i) }));
});

async function client(url, count) {
  for (let i = 0; i < count; i++) {
    const response = await fetch(`${url}/item/${i}`);
    await response.json();
  }
}

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  await Promise.all(Array.from({ length: 16 }, () => client(url, 40)));
  server.close();
  server.closeAllConnections();
});
