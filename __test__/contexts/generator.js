// question: The rows of a generator are made without the tenant.
// kind: generator
// remedy: next
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const tenant = new AsyncLocalStorage();

function* rows(count) {
  for (let at = 0; at < count; at++) yield `${tenant.getStore()} ${at}`;
}

function report() {
  const made = rows(2);
  return made;
  //= return { next: AsyncResource.bind(() => made.next()) };
}

const iterator = tenant.run('acme', report);
for (let step = iterator.next(); !step.done; step = iterator.next()) console.log(step.value); // <- here
void AsyncResource;
