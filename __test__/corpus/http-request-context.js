// The store of a request reaches its timers and promises, one request after the other.
'use strict';

const http = require('node:http');
const { AsyncLocalStorage } = require('node:async_hooks');
const { once } = require('node:events');

const storage = new AsyncLocalStorage();

const server = http.createServer((request, response) => {
  response.sendDate = false;
  storage.run(request.url, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    response.end(`store ${storage.getStore()}`);
  });
});

async function get(port, path) {
  const request = http.get({ port, host: '127.0.0.1', path, agent: false });
  const [response] = await once(request, 'response');
  response.on('data', (data) => console.log(String(data)));
  await once(response, 'close');
}

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await get(port, '/a');
  await get(port, '/b');
  server.close();
});
