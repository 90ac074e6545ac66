// A response in chunks, each sent when the client has read the one before.
'use strict';

const http = require('node:http');

let answer;
const server = http.createServer((request, response) => {
  response.sendDate = false;
  answer = response;
  answer.write('chunk 1');
});

server.listen(0, '127.0.0.1', () => {
  http.get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    let chunks = 0;
    console.log(response.headers['transfer-encoding']);
    response.on('data', (data) => {
      console.log(String(data));
      if (++chunks < 3) answer.write(`chunk ${chunks + 1}`);
      else answer.end();
    });
    response.on('close', () => server.close());
  });
});
