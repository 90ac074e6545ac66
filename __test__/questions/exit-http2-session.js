// question: One request over HTTP/2 and the process never ends.
// kind: does-not-exit
// ends: signal after 1800 ms
'use strict';
const { fork } = require('node:child_process');
const http2 = require('node:http2');

if (process.argv[2] === 'server') {
  process.on('disconnect', () => process.exit());
  const server = http2.createServer((_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
} else {
  const child = fork(__filename, ['server'], { execArgv: [], stdio: 'ignore' });
  child.unref();
  child.on('message', (port) => {
    child.channel.unref();
    ask(port);
  });
}

function ask(port) {
  const session = http2.connect(`http://127.0.0.1:${port}`); // <- here
  session.request({ ':path': '/' }).on('end', () => process.stdout.write('answered\n')).resume().end();
}
