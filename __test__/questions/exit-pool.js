// question: The query is answered, but the process stays. Is it the connection pool?
// kind: does-not-exit
// ends: signal after 1800 ms
'use strict';
const { fork } = require('node:child_process');
const net = require('node:net');

if (process.argv[2] === 'database') {
  process.on('disconnect', () => process.exit());
  const server = net.createServer((socket) => socket.on('error', () => {}).on('data', () => socket.write('row')));
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
} else {
  const database = fork(__filename, ['database'], { execArgv: [], stdio: 'ignore' });
  database.unref();
  database.on('message', (port) => {
    database.channel.unref();
    const pool = openPool(port);
    pool[0].once('data', () => process.stdout.write('answered\n')).write('select');
  });
}

function openPool(port) {
  return [1, 2, 3].map(() => net.connect(port, '127.0.0.1').resume()); // <- here
}
