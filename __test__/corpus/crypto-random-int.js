// Random integers come from a cache that is filled by one request.
'use strict';

const crypto = require('node:crypto');

crypto.randomInt(5, (error, value) => {
  console.log(error, value < 5);
  crypto.randomInt(5, (error, value) => console.log(error, value < 5));
});
