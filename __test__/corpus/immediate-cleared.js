// An immediate is cleared before its turn, and by another in the same turn.
'use strict';

clearImmediate(setImmediate(() => console.log('never')));
setImmediate(() => {
  console.log('clears the next');
  clearImmediate(next);
});
const next = setImmediate(() => console.log('never'));
setImmediate(() => console.log('last'));
