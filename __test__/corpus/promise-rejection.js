// Rejections pass thens, are caught, and are made anew.
'use strict';

Promise.reject(new Error('first'))
  .then(() => console.log('never'))
  .catch((error) => {
    console.log('caught', error.message);
    throw new Error('second');
  })
  .then(() => console.log('never'), (error) => console.log('caught', error.message));
