'use strict';
// Shows: executionAsyncId and triggerAsyncId inside callbacks of the file system and of a TCP server.
// Look at: a listening listener runs in a tick, and its trigger is the server;
//          a connection listener runs in the server's scope, and its trigger is whatever the server came from.
const fs = require('node:fs');
const net = require('node:net');
const { createHook, executionAsyncId, triggerAsyncId } = require('./module');
const { print } = require('./support/print');

const types = new Map([[0, 'nothing'], [1, 'the main script']]);
createHook({ init(asyncId, type) { types.set(asyncId, type); } }).enable();

const where = () => `in ${types.get(executionAsyncId())}, because of ${types.get(triggerAsyncId())}`;

print('main script:', where());

fs.open(__filename, 'r', (error, fd) => {
  print('fs.open:', error ?? where());
  fs.closeSync(fd);
  listen();
});

function listen() {
  const server = net.createServer((socket) => {
    print('connection:', where());
    socket.end();
    server.close();
  });
  server.listen(0, '127.0.0.1', () => {
    print('listening:', where());
    net.connect(server.address().port, '127.0.0.1').resume();
  });
}
