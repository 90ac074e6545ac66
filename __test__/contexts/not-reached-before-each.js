// question: enterWith in beforeEach does nothing: the test sees no store. (jest)
// kind: not-reached
// remedy: run\(
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const currentUser = new AsyncLocalStorage();
const hooks = [];
const tests = [];
const beforeEach = (hook) => hooks.push(hook);
const test = (name, body) => tests.push({ name, body });

beforeEach(async () => {
  await null;
  currentUser.enterWith('ada'); // <- here
  //= await null;
});

test('has a user', async () => {
  console.log(currentUser.getStore());
  //= currentUser.run('ada', () => console.log(currentUser.getStore()));
});

async function runTests() {
  for (const { body } of tests) {
    for (const hook of hooks) await hook();
    await body();
  }
}
void runTests();
