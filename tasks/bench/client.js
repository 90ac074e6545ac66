'use strict';

/**
 * The load for the HTTP server, as a process of its own: `node client.js PORT CONNECTIONS`.
 * A message with a number makes it send that many requests, one at a time on each
 * connection; it answers when all have been answered. It knows just enough of HTTP to be
 * much faster than the server.
 */

const { connect } = require('node:net');

const [port, connections] = process.argv.slice(2).map(Number);
const REQUEST = 'GET / HTTP/1.1\r\nHost: bench\r\n\r\n';
const END = 'done.';

let unsent = 0;
let unanswered = 0;

/** @param {import('node:net').Socket} socket */
function ask(socket) {
  if (unsent === 0) return;
  unsent -= 1;
  socket.write(REQUEST);
}

function answered() {
  unanswered -= 1;
  if (unanswered === 0) process.send?.('answered');
}

function open() {
  const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
  let tail = '';
  socket.on('data', (chunk) => {
    tail = (tail + chunk).slice(-END.length);
    if (tail !== END) return;
    tail = '';
    answered();
    ask(socket);
  });
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)));
}

Promise.all(Array.from({ length: connections }, open)).then((sockets) => {
  process.on('message', (/** @type {number} */ requests) => {
    unsent = requests;
    unanswered = requests;
    for (const socket of sockets) ask(socket);
  });
  process.on('disconnect', () => {
    for (const socket of sockets) socket.destroy();
  });
  process.send?.('connected');
});
