// The lines of a stream, as events.
'use strict';

const readline = require('node:readline');
const { PassThrough } = require('node:stream');

const input = new PassThrough();
const lines = readline.createInterface({ input });
lines.on('line', (line) => console.log('line', line));
lines.on('close', () => console.log('close'));
input.end('one\ntwo\nthree');
