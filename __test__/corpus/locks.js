// corpus: {"skip": {"20": "no navigator.locks", "22": "no navigator.locks"}}
// A lock is given to one after the other.
'use strict';

async function main() {
  await navigator.locks.request('corpus', async () => console.log('first'));
  await navigator.locks.request('corpus', async () => console.log('second'));
}

main();
