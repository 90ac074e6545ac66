// A timeout with arguments, and one that is cleared.
'use strict';

const cleared = setTimeout(() => console.log('never'), 1);
setTimeout((a, b) => console.log(a, b), 2, 'with', 'arguments');
clearTimeout(cleared);
