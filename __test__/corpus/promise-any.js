// Promise.any is won by the first to be fulfilled.
'use strict';

const refused = () => Promise.reject(new Error('refused'));
Promise.any([refused(), Promise.resolve('won')]).then(console.log);
Promise.any([refused(), refused()]).catch((error) => console.log(error.constructor.name, error.errors.length));
