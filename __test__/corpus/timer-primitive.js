// A timeout is cleared by its number, an interval by clearTimeout.
'use strict';

clearTimeout(+setTimeout(() => console.log('never'), 1));
clearTimeout(setInterval(() => console.log('never'), 1));
setTimeout(() => console.log('still here'), 2)[Symbol.toPrimitive]();
