// Two servers cannot listen on one port.
'use strict';

const net = require('node:net');

const first = net.createServer();

first.listen(0, '127.0.0.1', () => {
  const second = net.createServer();
  second.on('error', (error) => {
    console.log(error.code);
    first.close();
  });
  second.listen(first.address().port, '127.0.0.1');
});
