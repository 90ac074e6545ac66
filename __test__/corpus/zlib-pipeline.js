// Through gzip and gunzip in one pipeline.
'use strict';

const zlib = require('node:zlib');
const { PassThrough, pipeline } = require('node:stream');

const source = new PassThrough();
const target = zlib.createGunzip();
let text = '';
target.on('data', (data) => { text += data; });
pipeline(source, zlib.createGzip(), target, (error) => console.log(error, text));
source.end('through two streams');
