// question: I call server.close(), and the process does not exit for as long as a client is there.
// kind: does-not-exit
// ends: signal after 1800 ms
'use strict';
const { fork } = require('node:child_process');
const net = require('node:net');

if (process.argv[2] === undefined) {
  const server = net.createServer((socket) => socket.on('error', () => {}).resume());
  server.listen(0, '127.0.0.1', () => { // <- here
    const client = fork(__filename, [String(server.address().port)], { execArgv: [], stdio: 'ignore' });
    client.unref();
    client.channel.unref();
  });
  server.once('connection', () => server.close());
} else {
  process.on('disconnect', () => process.exit());
  net.connect(Number(process.argv[2]), '127.0.0.1').on('error', () => {});
}
