// The server refuses a stream, the session goes on.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  if (headers[':path'] === '/refused') {
    stream.on('error', () => {});
    stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
  } else {
    stream.respond({ ':status': 204 }, { endStream: true, sendDate: false });
  }
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const refused = client.request({ ':path': '/refused' });
  refused.on('error', (error) => console.log(error.code));
  refused.on('close', () => {
    const request = client.request({ ':path': '/fine' });
    request.resume();
    request.on('response', (headers) => console.log(headers[':status']));
    request.on('close', () => client.close());
  });
  client.on('close', () => server.close());
});
