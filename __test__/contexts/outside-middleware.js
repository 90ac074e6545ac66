// question: The middleware makes a context, and no handler ever sees it.
// kind: outside
// remedy: run\(\)
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const http = require('node:http');

const context = new AsyncLocalStorage();
const chain = [
  (request, response, next) => {
    context.run({ id: request.url }, () => {
      void response;
      //= next();
    });
    next();
    //= void next;
  },
  (request, response) => {
    setTimeout(() => {
      response.end(String(context.getStore()?.id)); // <- here
    }, 2);
  },
];

const server = http.createServer((request, response) => {
  let at = 0;
  const next = () => chain[at++](request, response, next);
  next();
});
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, path: '/one', agent: false }, (response) => response.resume().on('end', () => server.close()));
});
