// A logger that is used within requests and outside of them.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');

const context = new AsyncLocalStorage();
const log = (text) => console.log(context.getStore()?.id ?? '-', text);

async function handle(id) {
  log(`begin ${id}`);
  await new Promise((resolve) => setTimeout(resolve, 1));
  log(`end ${id}`);
}

async function main() {
  log('starts');
  const timer = setInterval(() => log('is alive'), 1);
  await Promise.all([1, 2, 3].map((id) => context.run({ id }, handle, id)));
  clearInterval(timer);
  log('ends');
}
void main();
