// Ticks made in a timeout, in an immediate, in a promise and in a microtask.
'use strict';

const tick = (where) => process.nextTick(() => console.log('tick of', where));

setTimeout(() => {
  tick('timeout');
  setImmediate(() => {
    tick('immediate');
    Promise.resolve().then(() => {
      tick('promise');
      queueMicrotask(() => tick('microtask'));
    });
  });
}, 1);
