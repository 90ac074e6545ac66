// From an address and a port to names.
'use strict';

const dns = require('node:dns');

dns.lookupService('127.0.0.1', 80, (error, hostname) => console.log(error, typeof hostname));
