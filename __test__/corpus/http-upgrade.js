// An upgraded connection carries on as a plain socket.
'use strict';

const http = require('node:http');

const server = http.createServer();
server.on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  socket.on('data', (data) => socket.end(data));
});

server.listen(0, '127.0.0.1', () => {
  const request = http.get({
    port: server.address().port,
    host: '127.0.0.1',
    agent: false,
    headers: { Connection: 'Upgrade', Upgrade: 'echo' },
  });
  request.on('upgrade', (response, socket) => {
    console.log(response.statusCode, response.headers.upgrade);
    socket.write('after the upgrade');
    socket.on('data', (data) => console.log(String(data)));
    socket.on('close', () => server.close());
  });
});
