// Three timeouts of one duration run in their order, the second is cleared by the first.
'use strict';

setTimeout(() => {
  console.log('first');
  clearTimeout(second);
}, 5);
const second = setTimeout(() => console.log('never'), 5);
setTimeout(() => console.log('third'), 5);
