// All that a hook sees of a TCP connection.
'use strict';

const net = require('node:net');
const { createHook } = require('node:async_hooks');
const { callbacks } = require('./fixtures/event-log');

createHook(callbacks('hook', ['init', 'before', 'after'])).enable();

const server = net.createServer((socket) => socket.end('hello'));
server.listen(0, '127.0.0.1', () => {
  const client = net.connect(server.address().port, '127.0.0.1');
  client.resume();
  client.on('close', () => server.close());
});
