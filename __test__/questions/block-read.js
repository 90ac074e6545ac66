// question: Pages take half a second although the templates are small.
// kind: block
// route: GET /page/:id
'use strict';
const fs = require('node:fs');
const http = require('node:http');

function render(count) {
  let size = 0;
  for (let i = 0; i < count; i++) size += fs.readFileSync(__filename, 'utf8').length; // <- here
  return String(size);
}

const server = http.createServer((request, response) => {
  response.end(request.url.startsWith('/page') ? render(150_000) : 'index');
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const get = (path, then) => http.get({ port, path, agent: false }, (response) => response.resume().on('end', then));
  get('/', () => get('/page/1', () => get('/page/2?draft=1', () => server.close())));
});
