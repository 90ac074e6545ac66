// question: Messages that are sent in batches have no correlation id. (an interval made at start)
// kind: timer
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const correlation = new AsyncLocalStorage();
const outbox = [];
const timer = setInterval(() => {
  for (const send of outbox.splice(0)) send(); // <- here
  if (sent === 3) clearInterval(timer);
}, 1);
let sent = 0;

async function handle(id) {
  await null;
  const send = () => {
    sent += 1;
    console.log('sent', id, correlation.getStore(), AsyncResource.name);
  };
  outbox.push(send);
  //= outbox.push(AsyncResource.bind(send));
}
for (const id of ['x', 'y', 'z']) void correlation.run(id, handle, id);
