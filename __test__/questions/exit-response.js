// question: The HTTP client asks once, ignores the answer, and the process hangs.
// kind: does-not-exit
// ends: signal after 1800 ms
'use strict';
const { fork } = require('node:child_process');
const http = require('node:http');

if (process.argv[2] === 'server') {
  process.on('disconnect', () => process.exit());
  const server = http.createServer((_request, response) => response.end('x'.repeat(100_000)));
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
} else {
  const child = fork(__filename, ['server'], { execArgv: [], stdio: 'ignore' });
  child.unref();
  child.on('message', (port) => {
    child.channel.unref();
    ping(port, new http.Agent({ keepAlive: true }));
  });
}

function ping(port, agent) {
  http.get({ port, agent, host: '127.0.0.1' }, (response) => { // <- here
    process.stdout.write(`status ${response.statusCode}\n`);
  });
}
