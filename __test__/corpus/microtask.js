// Microtasks nest, and run before the ticks that they make.
'use strict';

queueMicrotask(() => {
  console.log('first');
  process.nextTick(() => console.log('tick'));
  queueMicrotask(() => console.log('nested'));
});
queueMicrotask(() => console.log('second'));
