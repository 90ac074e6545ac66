// question: Unhandled 'error' event in a job that a request has started.
// kind: crash
// route: POST /jobs
// exits: 1
'use strict';
const { EventEmitter } = require('node:events');
const http = require('node:http');

const jobs = new EventEmitter();

function fail(name) {
  jobs.emit('error', new Error(`${name} failed`)); // <- here
}

const server = http.createServer((_request, response) => {
  setImmediate(() => Promise.resolve('resize').then((name) => setTimeout(fail, 10, name)));
  setTimeout(() => response.end(), 500);
});
server.listen(0, '127.0.0.1', () => {
  http.request({ port: server.address().port, path: '/jobs', method: 'POST', agent: false }).on('error', () => {}).end();
});
