// A name that the system knows, and an address that needs no lookup.
'use strict';

const dns = require('node:dns');

dns.lookup('localhost', { family: 4 }, (error, address, family) => {
  console.log(error, address, family);
  dns.lookup('127.0.0.1', (error, address, family) => console.log(error, address, family));
});
