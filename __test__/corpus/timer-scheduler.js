// The scheduler of timers/promises.
'use strict';

const { scheduler } = require('node:timers/promises');

async function main() {
  await scheduler.wait(1);
  console.log('waited');
  await scheduler.yield();
  console.log('yielded');
}

main();
