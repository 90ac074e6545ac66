// TLS between two streams of this process.
'use strict';

const { Duplex } = require('node:stream');
const tls = require('node:tls');
const { key, cert } = require('./fixtures/certificate');

/** One end of a line: what is written to it is read at the other end. */
function end(other) {
  return new Duplex({
    read() {},
    write(chunk, encoding, done) {
      other().push(chunk);
      done();
    },
    final(done) {
      other().push(null);
      done();
    },
  });
}

const near = end(() => far);
const far = end(() => near);

const server = new tls.TLSSocket(far, { isServer: true, key, cert });
server.once('data', (data) => server.end(data));
const client = tls.connect({ socket: near, ca: cert, servername: 'localhost' }, () => client.write('secret'));
client.on('data', (data) => console.log(String(data)));
client.on('close', () => console.log('closed'));
