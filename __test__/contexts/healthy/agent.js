// A keep-alive agent: the socket that is used again keeps the context of the request that uses it.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const http = require('node:http');

const trace = new AsyncLocalStorage();
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const server = http.createServer((request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const get = (then) => http.get({ port, agent }, (response) => response.resume().on('end', then));
  // The socket is made outside of any context.
  get(() => {
    setImmediate(() => {
      trace.run('t1', () => {
        const request = get(() => setImmediate(() => (agent.destroy(), server.close())));
        request.on('socket', (socket) => {
          socket.once('data', () => console.log('first byte', trace.getStore()));
        });
      });
    });
  });
});
