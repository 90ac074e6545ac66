// execFile collects the output of a child.
'use strict';

const { execFile } = require('node:child_process');

const program = `
  const fs = require('node:fs');
  fs.writeSync(1, 'collected');
  fs.closeSync(1);
  process.stdin.resume();
`;

const child = execFile(process.execPath, ['-e', program], (error, stdout) => console.log(error, stdout));
child.stderr.destroy();
child.stdout.on('close', () => child.stdin.end());
