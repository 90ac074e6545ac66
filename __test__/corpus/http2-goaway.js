// corpus: {"varies": "how many reads bring the frames depends on how fast the program is, with either module"}
// The server closes its session gracefully, the client is told.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer();
server.on('stream', (stream) => {
  stream.respond({ ':status': 204 }, { endStream: true, sendDate: false });
  stream.session.close();
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  client.on('goaway', (code) => console.log('goaway', code));
  client.on('close', () => server.close());
  client.request({ ':path': '/' }).resume();
});
