// Await of things that are no promises.
'use strict';

async function main() {
  console.log(await 1, await undefined, await 'text');
  const promise = Promise.resolve('same');
  console.log(await promise, await promise);
}

main();
