// A map of contexts by id, handed on from trigger to resource, behind a server.
'use strict';

const http = require('node:http');
const { createHook, executionAsyncId } = require('node:async_hooks');

const contexts = new Map();
const hook = createHook({
  init(id, type, trigger) {
    if (contexts.has(trigger)) contexts.set(id, contexts.get(trigger));
    else if (contexts.has(executionAsyncId())) contexts.set(id, contexts.get(executionAsyncId()));
  },
  destroy: (id) => contexts.delete(id),
}).enable();

const server = http.createServer((request, response) => {
  response.sendDate = false;
  contexts.set(executionAsyncId(), request.url);
  setTimeout(async () => {
    await null;
    response.end(contexts.get(executionAsyncId()));
  }, 1);
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  http.get({ port, host: '127.0.0.1', path: '/context', agent: false }, (response) => {
    response.on('data', (data) => console.log(String(data)));
    response.on('close', () => {
      server.close();
      hook.disable();
    });
  });
});
