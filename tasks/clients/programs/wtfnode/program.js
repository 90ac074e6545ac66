'use strict';

/** A program that a server, a socket and timers keep alive, which wtfnode lists. */

const wtf = require('wtfnode'); // must be the first
const net = require('node:net');
const { format } = require('node:util');

const lines = [];
for (const level of ['info', 'warn']) wtf.setLogger(level, (...args) => lines.push(format(...args)));

function onConnection() {}
function onTick() {}
function onTimeout() {}

const server = net.createServer(onConnection);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const socket = net.connect(port, '127.0.0.1', () => {
    setInterval(onTick, 60_000);
    setTimeout(onTimeout, 50_000);
    setTimeout(onTimeout, 40_000).unref();
    setImmediate(() => {
      wtf.dump();
      const ports = [port, socket.localPort].map((one) => String(one));
      for (const line of lines) console.log(JSON.stringify(ports.reduce((text, one) => text.replaceAll(`:${one}`, ':PORT'), line)));
      process.exit();
    });
  });
});
