// A chain of thens, two of them on one promise.
'use strict';

const start = Promise.resolve(1);
start.then((value) => value + 1).then((value) => console.log('chain', value));
start.then((value) => console.log('branch', value)).finally(() => console.log('finally'));
