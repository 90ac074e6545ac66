// Two sockets cannot have one port.
'use strict';

const dgram = require('node:dgram');

const first = dgram.createSocket('udp4');

first.bind(0, '127.0.0.1', () => {
  const second = dgram.createSocket('udp4');
  second.on('error', (error) => {
    console.log(error.code);
    second.close();
    first.close();
  });
  second.bind(first.address().port, '127.0.0.1');
});
