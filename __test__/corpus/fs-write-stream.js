// A file written in pieces, each after the one before.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

const stream = fs.createWriteStream(inFolder('file'));
stream.write('first ', () => {
  stream.write('second ', () => stream.end('third'));
});
stream.on('close', () => console.log(fs.readFileSync(inFolder('file'), 'utf8')));
