// question: The server starts but never answers, with a CPU at 100 %.
// kind: block
// ends: signal after 2000 ms
'use strict';
const http = require('node:http');

let isReady = false;
const server = http.createServer((_request, response) => response.end());
server.listen(0, () => { isReady = true; });

function waitUntilReady() {
  let turns = 0;
  while (!isReady) turns = (turns + 1) % 1000; // <- here
  return turns;
}

waitUntilReady();
