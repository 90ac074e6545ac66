// The same through promises.
'use strict';

const dns = require('node:dns/promises');

async function main() {
  const { address } = await dns.lookup('localhost', { family: 4 });
  console.log(address);
  await dns.lookup('127.0.0.1', { family: 6 }).catch((error) => console.log(error.code));
}

main();
