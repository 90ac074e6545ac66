// A child that shares nothing with its parent ends with a code.
'use strict';

const { spawn } = require('node:child_process');

const child = spawn(process.execPath, ['-e', 'process.exit(3)'], { stdio: 'ignore' });
child.on('spawn', () => console.log('spawned'));
child.on('exit', (code, signal) => console.log('exit', code, signal));
child.on('close', () => console.log('close'));
