// Async functions called from a timeout, an immediate and a tick.
'use strict';

async function work(where) {
  console.log(where);
  await null;
  console.log(where, 'continued');
}

setTimeout(() => {
  work('timeout');
  setImmediate(() => {
    work('immediate').then(() => process.nextTick(work, 'tick'));
  });
}, 1);
