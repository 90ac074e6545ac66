// An error in the middle destroys the whole pipeline.
'use strict';

const { PassThrough, Readable, Transform } = require('node:stream');
const { pipeline } = require('node:stream/promises');

const broken = new Transform({
  transform(chunk, encoding, done) { done(new Error('broken')); },
});
const sink = new PassThrough();
sink.on('close', () => console.log('sink destroyed', sink.destroyed));
pipeline(Readable.from(['one']), broken, sink).catch((error) => console.log(error.message));
