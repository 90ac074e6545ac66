// An immediate of an immediate runs in the next turn, after those of this turn.
'use strict';

setImmediate(() => {
  console.log('first');
  setImmediate(() => console.log('third'));
});
setImmediate(() => console.log('second'));
