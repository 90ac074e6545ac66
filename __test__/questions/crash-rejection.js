// question: An unhandled rejection ends my job. Where does it come from?
// kind: crash
// exits: 1
'use strict';
const { setTimeout: sleep } = require('node:timers/promises');

async function charge(order) {
  await sleep(20);
  if (order.amount < 0) throw new RangeError(`amount ${order.amount}`); // <- here
  return order.id;
}

async function main() {
  for (const amount of [10, 20, -5]) {
    // Nobody awaits it.
    charge({ id: amount, amount });
  }
  await sleep(1000);
}

main();
