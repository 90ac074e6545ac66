// An error inside of a domain, at once and later.
'use strict';

const domain = require('node:domain');

const area = domain.create();
area.on('error', (error) => console.log('domain', error.message));
area.run(() => {
  setImmediate(() => {
    console.log('inside', process.domain === area);
    throw new Error('from an immediate');
  });
  process.nextTick(() => { throw new Error('from a tick'); });
});
console.log('outside', process.domain === area);
