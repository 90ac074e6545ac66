// question: Promise.all never resolves. Which one of them is it?
// kind: unsettled
'use strict';

function fromCache(key) {
  return new Promise((resolve) => setTimeout(resolve, 10, key));
}

function fromDisk(key) {
  return new Promise((resolve, reject) => { // <- here
    if (key === '') reject(new Error('no key'));
    setTimeout(() => resolve, 10);
  });
}

async function main() {
  const values = await Promise.all([fromCache('a'), fromDisk('b'), fromCache('c')]);
  process.stdout.write(`${values}\n`);
}

main();
