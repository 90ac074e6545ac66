// A server with a context for each request, and keep-alive connections.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const http = require('node:http');

const context = new AsyncLocalStorage();
const middlewares = [
  (request, response, next) => context.run({ id: request.url }, next),
  (request, response, next) => setImmediate(next),
  async (request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    response.on('finish', () => console.log('finished', context.getStore().id));
    response.end(context.getStore().id);
  },
];

const server = http.createServer((request, response) => {
  let at = 0;
  const next = () => middlewares[at++](request, response, next);
  next();
});
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
server.listen(0, '127.0.0.1', () => {
  let left = 8;
  for (let i = 0; i < 8; i++) {
    http.get({ port: server.address().port, path: `/${i}`, agent }, (response) => {
      response.resume().on('end', () => {
        left -= 1;
        if (left > 0) return;
        agent.destroy();
        server.close();
      });
    });
  }
});
