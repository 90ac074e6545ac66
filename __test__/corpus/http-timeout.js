// A request that gets no answer runs into its own time limit.
'use strict';

const http = require('node:http');

const server = http.createServer(() => {});

server.listen(0, '127.0.0.1', () => {
  const request = http.get({ port: server.address().port, host: '127.0.0.1', agent: false, timeout: 30 });
  request.on('timeout', () => request.destroy(new Error('no answer')));
  request.on('error', (error) => console.log(error.message));
  request.on('close', () => server.close());
});
