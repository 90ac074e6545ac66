// A query that is cancelled ends with ECANCELLED.
'use strict';

const dns = require('node:dns');
const dgram = require('node:dgram');

const server = dgram.createSocket('udp4');
const resolver = new dns.Resolver();

server.on('message', () => resolver.cancel());
server.bind(0, '127.0.0.1', () => {
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  resolver.resolve4('never.invalid', (error) => {
    console.log(error.code);
    server.close();
  });
});
