'use strict';
// Shows: the execution id says when a resource was made, the trigger id says because of what.
// Look at: the connection that the server accepts is made outside of any JavaScript (execution 0),
//          but its trigger is the server. Without the trigger nothing would link the two.
const net = require('node:net');
const { createHook, executionAsyncId } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();

createHook({
  init(asyncId, type, triggerAsyncId) {
    if (!type.startsWith('TCP')) return;
    print(`${type} ${name(asyncId)}: trigger ${name(triggerAsyncId)}, execution ${name(executionAsyncId())}`);
  },
}).enable();

const server = net.createServer((socket) => {
  print('the server has a connection');
  socket.end();
  server.close();
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  net.connect(port, '127.0.0.1').resume();
});
