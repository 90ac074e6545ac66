// question: one of three loads never comes back, and so Promise.all does not. Where is it made?
// kind: unsettled
'use strict';

async function load(id) {
  return new Promise((resolve) => { // <- here
    if (id !== 2) setTimeout(resolve, 10, id);
  });
}

async function main() {
  const rows = await Promise.all([1, 2, 3].map(load));
  process.stdout.write(`${rows}\n`);
}

main();
