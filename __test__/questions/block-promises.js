// question: An async loop that awaits in every turn, and the server does not answer meanwhile.
// kind: block
'use strict';

const cache = new Map(Array.from({ length: 1000 }, (_, id) => [id, id * 2]));

async function lookUp(id) {
  return cache.get(id % 1000);
}

async function sumAll() {
  let sum = 0;
  for (let id = 0; id < 1_200_000; id++) {
    sum += await lookUp(id); // <- function
  }
  return sum;
}

const ticker = setInterval(() => {}, 10);
setTimeout(() => sumAll().then((sum) => {
  process.stdout.write(`${sum}\n`);
  clearInterval(ticker);
}), 30);
