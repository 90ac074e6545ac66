// question: The export that is streamed from an async generator has no user.
// kind: generator
// remedy: next
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const user = new AsyncLocalStorage();

async function* pages() {
  for (let page = 1; page < 3; page++) {
    await null;
    console.log('page', page, 'for', user.getStore());
    yield page;
  }
}

async function send(iterable) {
  for await (const page of iterable) console.log('sent', page); // <- here
}

const made = user.run('ada', () => pages());
//= const made = [];
void send(made);
//= user.run('ada', () => void send(pages()));
