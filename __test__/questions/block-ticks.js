// question: setTimeout callbacks never come, although nothing in the code takes long.
// kind: block
// ends: signal after 2500 ms
'use strict';

let hasCome = false;
setTimeout(() => { hasCome = true; }, 50);

function poll() {
  if (!hasCome) process.nextTick(poll); // <- here
}

poll();
