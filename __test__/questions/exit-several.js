// question: The tests pass, but the test runner has to be killed. What is still open?
// kind: does-not-exit
// ends: signal after 1500 ms
'use strict';
const http = require('node:http');
const fs = require('node:fs');

const app = http.createServer((_request, response) => response.end());

function setUp() {
  app.listen(0, '127.0.0.1'); // <- here
  setInterval(() => {}, 300); // <- here
  fs.watch(__dirname, () => {}); // <- here
  setInterval(() => {}, 50).unref();
  const done = setInterval(() => {}, 20);
  setTimeout(() => clearInterval(done), 100);
}

setUp();
