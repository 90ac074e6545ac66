// A resolver asks a server of this program.
'use strict';

const dns = require('node:dns');
const dgram = require('node:dgram');
const { answerA } = require('./fixtures/dns-message');

const server = dgram.createSocket('udp4');
server.on('message', (query, remote) => server.send(answerA(query, [10, 1, 2, 3]), remote.port, remote.address));

server.bind(0, '127.0.0.1', () => {
  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  resolver.resolve4('example.invalid', (error, addresses) => {
    console.log(error, addresses);
    server.close();
  });
});
