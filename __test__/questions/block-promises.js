// question: An async loop that awaits in every turn, and the server does not answer meanwhile.
// kind: block
// short: without promises
'use strict';

const cache = new Map(Array.from({ length: 1000 }, (_, id) => [id, id * 2]));

async function lookUp(id) { // <- or here
  return cache.get(id % 1000); // <- or here
}

async function sumAll() {
  let sum = 0;
  for (let id = 0; id < 400_000; id++) { // <- or here
    sum += await lookUp(id); // <- or here
  }
  return sum;
}

const ticker = setInterval(() => {}, 10);
setTimeout(() => sumAll().then((sum) => {
  process.stdout.write(`${sum}\n`);
  clearInterval(ticker);
}), 30);
