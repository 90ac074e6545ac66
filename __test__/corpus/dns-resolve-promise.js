// A resolver of promises, with an answer and with a refusal.
'use strict';

const dns = require('node:dns/promises');
const dgram = require('node:dgram');
const { answerA, notFound } = require('./fixtures/dns-message');

const server = dgram.createSocket('udp4');
server.on('message', (query, remote) => {
  const known = query.includes('known');
  server.send(known ? answerA(query, [10, 1, 2, 4]) : notFound(query), remote.port, remote.address);
});

server.bind(0, '127.0.0.1', async () => {
  const resolver = new dns.Resolver();
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  console.log(await resolver.resolve4('known.invalid'));
  await resolver.resolve4('other.invalid').catch((error) => console.log(error.code));
  server.close();
});
