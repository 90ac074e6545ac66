// Two requests in turn use one socket of a keep-alive agent.
'use strict';

const http = require('node:http');
const { once } = require('node:events');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const server = http.createServer((request, response) => {
  response.sendDate = false;
  response.end(request.url);
});

async function get(port, path) {
  const request = http.get({ port, host: '127.0.0.1', path, agent });
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
  console.log(path, 'reused:', request.reusedSocket);
  await new Promise((resolve) => setImmediate(resolve));
}

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await get(port, '/one');
  await get(port, '/two');
  await get(port, '/three');
  agent.destroy();
  server.close();
});
