// Promise.race is won by the first to settle.
'use strict';

const later = new Promise((resolve) => setImmediate(resolve, 'later'));
Promise.race([later, Promise.resolve('first')]).then(console.log);
Promise.race([later, Promise.reject(new Error('refused'))]).catch((error) => console.log(error.message));
