'use strict';

/** `scenario.js NAME SEED [quick]`: runs one scenario in this process; `run.js` starts it. */

const [name, seed, size] = process.argv.slice(2);

/** @type {{ run: import('./run').Scenario }} */
const { run } = require(`./scenarios/${name}`);

run({ quick: size === 'quick', seed: Number(seed) }).then(console.log, (error) => {
  // What follows the first line of an assertion shows whole objects.
  console.error(error.code === 'ERR_ASSERTION' ? error.message.split('\n')[0] : error);
  process.exitCode = 1;
});
