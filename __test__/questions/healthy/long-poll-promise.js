// A server whose clients wait for news, each for a promise of its own. It ends itself while they do.
'use strict';
const http = require('node:http');

const waiting = [];
const news = () => new Promise((resolve) => waiting.push(resolve));

const server = http.createServer(async (request, response) => response.end(await news()));

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const poll = () => http.get({ port, path: '/news', agent: false }, (response) => response.resume().on('end', poll)).on('error', () => {});
  poll();
  setInterval(() => {
    for (const resolve of waiting.splice(0)) resolve('news');
  }, 1500);
  setTimeout(() => process.exit(), 4400);
});
