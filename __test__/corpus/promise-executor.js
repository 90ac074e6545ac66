// Promises settled in the executor, later, twice, and by a throw.
'use strict';

const log = (text) => (value) => console.log(text, value instanceof Error ? value.message : value);

new Promise((resolve) => resolve(1)).then(log('at once'));
new Promise((resolve) => setImmediate(resolve, 2)).then(log('later'));
new Promise((resolve, reject) => {
  resolve(3);
  resolve(4);
  reject(new Error('too late'));
}).then(log('once only'));
new Promise(() => { throw new Error('thrown'); }).catch(log('caught'));
new Promise(() => {});
