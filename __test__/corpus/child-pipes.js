// A child talks over pipes, closes its output, and ends when its input does.
'use strict';

const { spawn } = require('node:child_process');

// The end of the output and the end of the process would else come in any order.
const program = `
  const fs = require('node:fs');
  fs.writeSync(1, 'hello from the child');
  fs.closeSync(1);
  process.stdin.resume();
`;

const child = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] });
child.stdout.on('data', (data) => console.log(String(data)));
child.stdout.on('close', () => child.stdin.end());
child.on('exit', (code) => console.log('exit', code));
child.on('close', () => console.log('close'));
