// Jobs without a context beside requests with one, and one queue for both.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const request = new AsyncLocalStorage();
const who = () => request.getStore() ?? 'nobody';

async function job(number) {
  for (let step = 0; step < 3; step++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log('job', number, 'for', who());
  }
}
void job(1);
void request.run('ada', job, 2);
void job(3);
