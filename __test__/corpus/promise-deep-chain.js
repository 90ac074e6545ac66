// A hundred thens, and a hundred nested awaits.
'use strict';

let promise = Promise.resolve(0);
for (let n = 0; n < 100; n++) promise = promise.then((value) => value + 1);
promise.then(console.log);

const deep = async (n) => n === 0 ? 0 : 1 + await deep(n - 1);
deep(100).then(console.log);
