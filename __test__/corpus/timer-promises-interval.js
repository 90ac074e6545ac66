// timers/promises: the turns of an interval in a for-await loop.
'use strict';

const { setInterval } = require('node:timers/promises');

async function main() {
  let turns = 0;
  for await (const value of setInterval(2, 'turn')) {
    console.log(value, ++turns);
    if (turns === 3) break;
  }
}

main();
