// A promise resolved with another promise waits for it.
'use strict';

const inner = new Promise((resolve) => setImmediate(resolve, 'inner'));
const outer = new Promise((resolve) => resolve(inner));
console.log(Promise.resolve(inner) === inner);
outer.then(console.log);
Promise.resolve().then(() => inner).then((value) => console.log('returned', value));
