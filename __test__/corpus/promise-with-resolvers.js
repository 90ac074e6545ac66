// corpus: {"skip": {"20": "no Promise.withResolvers"}}
// A promise and its functions.
'use strict';

const { promise, resolve } = Promise.withResolvers();
promise.then(console.log);
setImmediate(resolve, 'resolved from outside');
