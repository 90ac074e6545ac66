// Promise.allSettled waits for all.
'use strict';

Promise.allSettled([1, Promise.reject(new Error('no')), Promise.resolve(2)])
  .then((results) => console.log(results.map((result) => result.status)));
