// Two messages go out and come back, the second after the first.
'use strict';

const net = require('node:net');

const server = net.createServer((socket) => socket.pipe(socket));

server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  const messages = ['second', 'first'];
  client.setEncoding('utf8');
  client.write(messages.pop());
  client.on('data', (text) => {
    console.log('echo', text);
    if (messages.length > 0) client.write(messages.pop());
    else client.end();
  });
  client.on('close', () => server.close());
});
