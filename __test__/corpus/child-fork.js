// A question and an answer over the channel of a forked child.
'use strict';

const { fork } = require('node:child_process');
const { join } = require('node:path');

const child = fork(join(__dirname, 'fixtures', 'answering-child.js'), { execArgv: [] });
child.on('message', (message) => {
  console.log(message);
  child.disconnect();
});
child.on('disconnect', () => console.log('disconnected'));
child.on('exit', (code) => console.log('exit', code));
child.send({ question: 6 });
