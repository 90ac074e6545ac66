// Promise.all, with values, promises and a rejection.
'use strict';

async function main() {
  console.log(await Promise.all([1, Promise.resolve(2), new Promise((resolve) => setImmediate(resolve, 3))]));
  console.log(await Promise.all([]));
  await Promise.all([Promise.resolve(1), Promise.reject(new Error('no'))]).catch((error) => console.log(error.message));
}

main();
