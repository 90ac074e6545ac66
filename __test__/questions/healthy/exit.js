// Leaves with work that is not done.
'use strict';
const fs = require('node:fs');
const http = require('node:http');

const server = http.createServer((_request, response) => setTimeout(() => response.end(), 1000)).listen(0);
setInterval(() => fs.readFile(__filename, () => {}), 20);

async function job() {
  await new Promise((resolve) => setTimeout(resolve, 60_000));
}

for (let n = 0; n < 10; n++) job();
setTimeout(() => {
  server.close();
  process.exit(0);
}, 400);
