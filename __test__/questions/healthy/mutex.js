// Jobs that wait for each other, and for events.
'use strict';
const { EventEmitter, once } = require('node:events');

let last = Promise.resolve();
const events = new EventEmitter();

function exclusive(job) {
  const result = last.then(job);
  last = result.catch(() => {});
  return result;
}

async function job(n) {
  await new Promise((resolve) => setTimeout(resolve, 4));
  if (n % 10 === 9) throw new Error(`job ${n}`);
  events.emit('done', n);
  return n;
}

async function main() {
  const all = Array.from({ length: 50 }, (_, n) => exclusive(() => job(n)));
  const [first] = await once(events, 'done');
  const results = await Promise.allSettled(all);
  process.stdout.write(`${first} ${results.filter(({ status }) => status === 'fulfilled').length}\n`);
}

main();
