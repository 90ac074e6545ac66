// question: The debounced save runs as the user who has typed last, not as the one who is saved.
// kind: mixed
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const user = new AsyncLocalStorage();
const saves = [];
let timer = null;

function flushSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    for (const save of saves.splice(0)) save(); // <- here
  }, 2);
}

for (const name of ['ada', 'bob']) {
  user.run({ name }, () => {
    saves.push(() => console.log('save of', name, 'as', user.getStore().name));
    //= saves.push(AsyncResource.bind(() => console.log('save of', name, 'as', user.getStore().name)));
    flushSoon();
  });
}
void AsyncResource;
