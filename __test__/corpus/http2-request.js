// corpus: {"varies": "how many reads bring the frames depends on how fast the program is, with either module"}
// One stream of one session.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  // A Date header starts a timer that runs to the end of the current second.
  stream.respond({ ':status': 200 }, { sendDate: false });
  stream.end(headers[':path']);
});

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  const request = client.request({ ':path': '/one' });
  request.on('response', (headers) => console.log(headers[':status']));
  request.on('data', (data) => console.log(String(data)));
  request.on('close', () => client.close());
  client.on('close', () => server.close());
});
