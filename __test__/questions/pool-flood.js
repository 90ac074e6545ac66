// question: Loading a page waits although the disk is fast. What is in its way?
// kind: thread-pool
'use strict';
const fs = require('node:fs');

function indexAll(count) {
  for (let i = 0; i < count; i++) fs.readFile(__filename, () => {}); // <- here
}

function page() {
  fs.stat(__filename, () => process.stdout.write('page\n'));
}

setTimeout(indexAll, 20, 15_000);
setTimeout(page, 25);
setTimeout(page, 50);
