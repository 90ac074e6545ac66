// The contents of a blob.
'use strict';

const { Blob } = require('node:buffer');

async function main() {
  const blob = new Blob(['some', ' text']);
  console.log(await blob.text());
  console.log((await blob.slice(0, 4).arrayBuffer()).byteLength);
}

main();
