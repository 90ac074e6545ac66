// A plain connection turns into a TLS one.
'use strict';

const net = require('node:net');
const tls = require('node:tls');
const { key, cert } = require('./fixtures/certificate');

const server = net.createServer((plain) => {
  plain.once('data', (data) => {
    console.log(String(data));
    plain.write('go ahead');
    const socket = new tls.TLSSocket(plain, { isServer: true, key, cert });
    socket.once('data', (secret) => socket.end(secret));
  });
});

server.listen(0, '127.0.0.1', () => {
  const plain = net.connect(server.address().port, '127.0.0.1', () => plain.write('start tls'));
  plain.once('data', () => {
    const client = tls.connect({ socket: plain, ca: cert, servername: 'localhost' }, () => client.write('secret'));
    client.on('data', (data) => console.log(String(data)));
    client.on('close', () => server.close());
  });
});
