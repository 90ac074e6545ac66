// question: await of a promisified function never comes back.
// kind: unsettled
'use strict';
const { promisify } = require('node:util');

function load(id, callback) {
  const row = { 1: 'one', 2: 'two' }[id];
  // Forgets the callback where there is no such row.
  setTimeout(() => row && callback(null, row), 10);
}

const loadLater = promisify(load);

async function main() {
  for (const id of [1, 2, 3]) {
    const row = await loadLater(id); // <- here
    process.stdout.write(`${row}\n`);
  }
}

main();
