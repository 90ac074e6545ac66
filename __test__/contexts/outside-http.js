// question: The access log has no id, though the middleware makes a context. (what follows run() in a request)
// kind: outside
// remedy: run\(\)
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const http = require('node:http');

const context = new AsyncLocalStorage();
const log = (text) => console.log(text, context.getStore()?.id);

const server = http.createServer((request, response) => {
  context.run({ id: request.url }, () => {
    log('begin');
    response.end('ok');
    //= response.end('ok'), log('end');
  });
  log('end'); // <- here
  //= void log;
});
server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, path: '/one', agent: false }, (response) => response.resume().on('end', () => server.close()));
});
