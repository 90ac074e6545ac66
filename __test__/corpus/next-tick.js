// Ticks run in their order, with arguments, nested ones at the end.
'use strict';

process.nextTick((text) => {
  console.log(text);
  process.nextTick(() => console.log('nested'));
}, 'first');
process.nextTick(console.log, 'second', 2);
