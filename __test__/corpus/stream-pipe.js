// A PassThrough is piped into another, in flowing mode.
'use strict';

const { PassThrough, finished } = require('node:stream');

const source = new PassThrough();
const target = source.pipe(new PassThrough());
target.on('data', (data) => console.log(String(data)));
finished(target, (error) => console.log('finished', error));
source.write('one');
setImmediate(() => source.end('two'));
