// question: Why do health checks time out when a report is imported?
// kind: block
// route: GET /import/:id
'use strict';
const http = require('node:http');

const report = JSON.stringify(Array.from({ length: 500_000 }, (_, id) => ({ id, name: `item ${id}`, tags: ['a', 'b'] })));

function parseReport(text) {
  return JSON.parse(text).length; // <- or here
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/import')) return response.end(`${parseReport(report)} rows`); // <- or here
  response.end('healthy');
});

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const path of ['/health', '/import/17', '/health']) {
    const response = await fetch(url + path, { headers: { connection: 'close' } });
    await response.text();
  }
  server.close();
});
