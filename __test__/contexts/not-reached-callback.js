// question: The promise is awaited, and what its callback has entered is gone.
// kind: not-reached
// remedy: run\(
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const trace = new AsyncLocalStorage();

function begin() {
  return new Promise((resolve) => {
    setImmediate(() => {
      trace.enterWith('t1'); // <- here
      //= void trace;
      resolve();
    });
  });
}

async function main() {
  await begin();
  //= await begin().then(() => undefined, trace.enterWith('t1'));
  console.log(trace.getStore());
}
void main();
