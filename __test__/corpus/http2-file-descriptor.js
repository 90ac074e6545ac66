// corpus: {"varies": "whether the socket takes the answer at once decides on a WRITEWRAP"}
// An open file as the answer of a stream.
'use strict';

const fs = require('node:fs');
const http2 = require('node:http2');
const { inFolder } = require('./fixtures/temporary-folder');

fs.writeFileSync(inFolder('file'), 'contents of a file');
const descriptor = fs.openSync(inFolder('file'), 'r');

const server = http2.createServer();
server.on('stream', (stream) => {
  // A date of its own, because the one of the server starts a timer. Without a length the end of the file is read
  // beside what goes over the network.
  stream.respondWithFD(descriptor, { ':status': 200, 'date': 'today' }, { length: 18 });
  stream.on('close', () => fs.closeSync(descriptor));
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  // All that the two sides say at first is over when a second ping is answered.
  client.ping(() => client.ping(() => {
    const request = client.request({ ':path': '/' });
    request.on('data', (data) => console.log(String(data)));
    request.on('close', () => client.close());
  }));
  client.on('close', () => server.close());
});
