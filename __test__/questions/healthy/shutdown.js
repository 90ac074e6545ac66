// Several services that are started, used and stopped in order.
'use strict';
const { once } = require('node:events');
const http = require('node:http');
const net = require('node:net');

async function main() {
  const cache = net.createServer((socket) => socket.on('data', (data) => socket.write(data))).listen(0, '127.0.0.1');
  await once(cache, 'listening');
  const connection = net.connect(cache.address().port, '127.0.0.1');
  await once(connection, 'connect');
  const server = http.createServer((request, response) => {
    connection.once('data', (data) => response.end(data));
    connection.write(request.url);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const flush = setInterval(() => connection.write('flush'), 200);
  for (let n = 0; n < 20; n++) {
    const response = await fetch(`http://127.0.0.1:${server.address().port}/${n}`);
    await response.text();
  }
  clearInterval(flush);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  connection.end();
  cache.close();
}

main();
