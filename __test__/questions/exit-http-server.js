// question: A test leaves its HTTP server open. What is it that hangs?
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const http = require('node:http');

function startMock() {
  return http.createServer((_request, response) => response.end('mock')).listen(0); // <- here
}

const mocks = [startMock()];
const other = http.createServer(() => {}).listen(0, () => other.close());
other.on('close', () => process.stdout.write(`${mocks.length} tests passed\n`));
