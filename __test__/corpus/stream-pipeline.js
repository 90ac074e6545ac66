// A source, a transform and a sink.
'use strict';

const { Readable, Transform, Writable, pipeline } = require('node:stream');

const upper = new Transform({
  transform(chunk, encoding, done) { done(null, String(chunk).toUpperCase()); },
});
const sink = new Writable({
  write(chunk, encoding, done) {
    console.log(String(chunk));
    setImmediate(done);
  },
});
pipeline(Readable.from(['one', 'two', 'three']), upper, sink, (error) => console.log('end', error));
