// A second request waits in the agent until the only socket is free.
'use strict';

const http = require('node:http');

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

const server = http.createServer((request, response) => {
  response.sendDate = false;
  response.end(request.url);
});

function get(path, done) {
  http.get({ port: server.address().port, host: '127.0.0.1', path, agent }, (response) => {
    response.setEncoding('utf8');
    response.on('data', (text) => console.log(text));
    response.on('end', done);
  });
}

server.listen(0, '127.0.0.1', () => {
  get('/one', () => {});
  get('/queued', () => {
    agent.destroy();
    server.close();
  });
});
