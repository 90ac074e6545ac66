// New settings are acknowledged by the other side.
'use strict';

const http2 = require('node:http2');

const server = http2.createServer();

server.listen(0, '127.0.0.1', () => {
  const client = http2.connect(`http://127.0.0.1:${server.address().port}`);
  client.once('remoteSettings', () => {
    client.settings({ enablePush: false }, (error, settings) => {
      console.log(error, settings.enablePush);
      client.close();
    });
  });
  client.on('close', () => server.close());
});
