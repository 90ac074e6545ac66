// Ticks, microtasks and immediates of one callback in the order of the event loop.
'use strict';

setImmediate(() => {
  console.log('callback');
  setImmediate(() => console.log('immediate'));
  Promise.resolve().then(() => console.log('promise'));
  queueMicrotask(() => console.log('microtask'));
  process.nextTick(() => console.log('tick'));
});
