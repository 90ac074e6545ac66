// question: authenticate() enters the user, and the handler does not see it.
// kind: not-reached
// remedy: run\(
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { setTimeout: sleep } = require('node:timers/promises');

const user = new AsyncLocalStorage();

async function authenticate(name) {
  await sleep(1);
  user.enterWith({ name }); // <- here
  //= return { name };
}

async function handle(name) {
  await authenticate(name);
  //= user.enterWith(await authenticate(name));
  console.log('hello', user.getStore()?.name);
}
void handle('ada');
