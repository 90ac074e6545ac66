// util.promisify and util.callbackify.
'use strict';

const { callbackify, promisify } = require('node:util');

const later = (value, done) => setImmediate(done, null, value);
promisify(later)('promisified').then((value) => {
  console.log(value);
  callbackify(async () => 'callbackified')((error, value) => console.log(error, value));
});
