// What cannot be spawned reports an error.
'use strict';

const { spawn } = require('node:child_process');

const child = spawn('./no-such-program', { stdio: 'ignore' });
child.on('error', (error) => console.log(error.code));
child.on('close', () => console.log('close'));
