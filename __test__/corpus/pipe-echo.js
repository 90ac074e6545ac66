// A conversation over a unix socket (a named pipe on Windows).
'use strict';

const net = require('node:net');
const path = require('./fixtures/local-socket');

const server = net.createServer((socket) => socket.pipe(socket));

server.listen(path, () => {
  const client = net.connect(path, () => client.write('through the pipe'));
  client.on('data', (data) => {
    console.log(String(data));
    client.end();
  });
  client.on('close', () => server.close());
});
