'use strict';

const net = require('node:net');

test('leaves a server open', (done) => {
  const server = net.createServer();
  server.listen(0, '127.0.0.1', done);
});
