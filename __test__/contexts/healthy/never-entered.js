// A storage that nobody has entered, and one that only some have.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const unused = new AsyncLocalStorage();
const sometimes = new AsyncLocalStorage({ defaultValue: 'default' });

async function work() {
  await null;
  console.log(unused.getStore(), sometimes.getStore());
}
void work();
void sometimes.run('one', work);
setTimeout(() => void work(), 1);
