// question: is anything wrong with promises that wait for what need not come?
'use strict';
const { EventEmitter } = require('node:events');

const bus = new EventEmitter();
const waitFor = (name) => new Promise((resolve) => bus.once(name, resolve));
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());

// A timer that does not keep the program alive.
async function watchdog() {
  await later(60_000);
  process.stderr.write('too slow\n');
}

// Three workers for two jobs; each then waits for the next one.
const [waiting, jobs] = [[], []];

function take() {
  return jobs.length > 0 ? Promise.resolve(jobs.shift()) : new Promise((resolve) => waiting.push(resolve));
}

function put(job) {
  const next = waiting.shift();
  if (next) next(job);
  else jobs.push(job);
}

async function worker() {
  for (;;) {
    const job = await take();
    await new Promise((resolve) => setTimeout(resolve, 5));
    job();
  }
}

async function main() {
  // Cleans up if it is ever asked to stop.
  waitFor('stop').then(() => process.stdout.write('stopped\n'));
  setTimeout(() => bus.emit('ready'), 10);
  await waitFor('ready');
  for (const name of ['a', 'b']) put(() => process.stdout.write(`${name}\n`));
}

watchdog();
for (let n = 0; n < 3; n++) worker();
main();
