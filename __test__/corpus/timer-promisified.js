// util.promisify of setTimeout and setImmediate.
'use strict';

const { promisify } = require('node:util');

promisify(setTimeout)(1, 'timeout').then((value) => {
  console.log(value);
  return promisify(setImmediate)('immediate');
}).then(console.log);
