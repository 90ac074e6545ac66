'use strict';
// Shows: init promises nothing about before and after. A resource can be closed before it is ever used.
// Look at: the cleared timer and the closed server have an init and a destroy and nothing between them.
const net = require('node:net');
const { createHook } = require('./module');
const { print } = require('./support/print');

const lives = new Map();
const note = (event) => (asyncId) => lives.get(asyncId)?.events.push(event);

createHook({
  init(asyncId, type) {
    if (type === 'Timeout' || type === 'TCPSERVERWRAP') lives.set(asyncId, { type, events: ['init'] });
  },
  before: note('before'),
  after: note('after'),
  destroy: note('destroy'),
}).enable();

clearTimeout(setTimeout(() => print('never printed'), 5));

const server = net.createServer();
server.listen(0, '127.0.0.1', () => server.close());

process.on('exit', () => {
  for (const { type, events } of lives.values()) print(`${type}: ${events.join(', ')}`);
});
