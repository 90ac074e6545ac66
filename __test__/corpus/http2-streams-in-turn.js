// Three streams of one session, one after the other.
'use strict';

const http2 = require('node:http2');
const { once } = require('node:events');

const server = http2.createServer();
server.on('stream', (stream, headers) => {
  stream.respond({ ':status': 200 }, { sendDate: false });
  stream.end(headers[':path']);
});

server.listen(0, '127.0.0.1', async () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  await once(client, 'connect');
  for (const path of ['/one', '/two', '/three']) {
    const request = client.request({ ':path': path });
    request.on('data', (data) => console.log(String(data)));
    await once(request, 'close');
  }
  client.close();
  await once(client, 'close');
  server.close();
});
