// A domain reaches the continuations of promises.
'use strict';

const domain = require('node:domain');

const area = domain.create();
const promise = new Promise((resolve) => setImmediate(resolve));
area.run(() => {
  promise.then(() => console.log('in the domain', process.domain === area));
});
promise.then(() => console.log('outside', process.domain === area));
