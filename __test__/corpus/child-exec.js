// exec runs a line of shell.
'use strict';

const { exec } = require('node:child_process');

const line = process.platform === 'win32' ? 'pause & exit 2' : 'read line; exit 2';
const child = exec(line, (error, stdout) => console.log('code', error.code, stdout));
// The ends of the pipes and the end of the process would else come in any order.
setImmediate(() => child.stdio.forEach((stream) => stream.destroy()));
