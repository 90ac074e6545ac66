// Generators that are consumed where they are made, and some that never ask.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const user = new AsyncLocalStorage();

function* numbers(upTo) {
  for (let number = 0; number < upTo; number++) yield number;
}

async function* pages() {
  for (const page of numbers(2)) {
    await null;
    yield `${user.getStore()} ${page}`;
  }
}

const shared = numbers(4);
for (const name of ['ada', 'bob']) {
  void user.run(name, async () => {
    for await (const page of pages()) console.log(page, shared.next().value, user.getStore());
  });
}
