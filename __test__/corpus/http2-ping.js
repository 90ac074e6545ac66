// A ping and its answer.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer();

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  client.on('remoteSettings', () => {
    client.ping(Buffer.from('12345678'), (error, duration, payload) => {
      console.log(error, String(payload));
      client.close();
    });
  });
  client.on('close', () => server.close());
});
