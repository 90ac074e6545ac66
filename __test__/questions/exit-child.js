// question: Why does my script wait after its last line?
// kind: does-not-exit
// ends: signal after 1500 ms
'use strict';
const { spawn } = require('node:child_process');

function startDatabase() {
  return spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5000)'], { stdio: 'ignore' }); // <- here
}

// It may go on without us.
const detached = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5000)'], { stdio: 'ignore', detached: true });
detached.unref();
const database = startDatabase();
process.stdout.write(`database ${database.pid > 0}\n`);
