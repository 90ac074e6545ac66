// question: Which request has brought the server down?
// kind: crash
// route: GET /user/:id
// exits: 1
'use strict';
const http = require('node:http');

const users = new Map([[1, { name: 'Ada' }]]);

function greet(id, response) {
  setTimeout(() => {
    response.end(users.get(id).name); // <- here
  }, 20);
}

const server = http.createServer((request, response) => greet(Number(request.url.slice(6)), response));
server.listen(0, '127.0.0.1', () => {
  const get = (path, then) => http.get({ port: server.address().port, path, agent: false }, (response) => {
    response.resume().on('end', then);
  }).on('error', () => {});
  get('/user/1', () => get('/user/2', () => {}));
});
