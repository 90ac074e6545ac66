// question: Everything that the shared connection receives is logged for the request that has opened it.
// kind: kept
// remedy: exit
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const net = require('node:net');

const request = new AsyncLocalStorage();
let received = 0;
let socket;

function onData() {
  received += 1;
  console.log('message', received, 'for', request.getStore());
  if (received < 5) setTimeout(() => socket.write('.'), 1);
  else socket.end();
}

function open(port) {
  return net.connect(port, '127.0.0.1').on('data', onData); // <- here
}

async function handle(port) {
  socket = open(port);
  //= socket = request.exit(() => net.connect(port, '127.0.0.1').on('data', () => (console.log('message'), socket.end())));
  socket.write('.');
}

const server = net.createServer((peer) => peer.pipe(peer).on('finish', () => server.close()));
server.listen(0, '127.0.0.1', () => void request.run('first', handle, server.address().port));
