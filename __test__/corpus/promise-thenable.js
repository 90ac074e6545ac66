// Objects with a `then` are treated as promises, by a job of their own.
'use strict';

const thenable = { then: (resolve) => resolve('thenable') };
const throwing = { then() { throw new Error('in then'); } };

Promise.resolve(thenable).then(console.log);
Promise.resolve().then(() => thenable).then((value) => console.log('returned', value));
(async () => console.log('awaited', await thenable))();
Promise.resolve(throwing).catch((error) => console.log(error.message));
