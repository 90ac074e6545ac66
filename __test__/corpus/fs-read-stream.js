// A file read in pieces.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

fs.writeFileSync(inFolder('file'), 'abcdefgh');

const stream = fs.createReadStream(inFolder('file'), { highWaterMark: 3 });
stream.on('data', (data) => console.log(String(data)));
stream.on('close', () => console.log('closed'));
