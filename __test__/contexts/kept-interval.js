// question: The poller logs the id of a request that has ended long ago.
// kind: kept
// remedy: exit
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const request = new AsyncLocalStorage();
let timer;
let polls = 0;

function poll() {
  polls += 1;
  console.log('poll for', request.getStore());
  if (polls === 6) clearInterval(timer);
}

async function handle() {
  timer ??= setInterval(poll, 1); // <- here
  //= timer ??= request.exit(() => setInterval(() => ((polls += 1), polls === 6 && clearInterval(timer)), 1));
  await null;
}
void request.run('first', handle);
