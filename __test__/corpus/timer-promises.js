// timers/promises: a timeout, an immediate, an abort.
'use strict';

const { setImmediate, setTimeout } = require('node:timers/promises');

async function main() {
  console.log(await setTimeout(1, 'after a timeout'));
  console.log(await setImmediate('after an immediate'));
  await setTimeout(60_000, null, { signal: AbortSignal.abort() }).catch((error) => console.log(error.code));
}

main();
