// A child that never ends is killed.
'use strict';

const { spawn } = require('node:child_process');

const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
child.on('spawn', () => console.log('signal sent', child.kill('SIGKILL')));
child.on('exit', (code, signal) => console.log(code, signal));
