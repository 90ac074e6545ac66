// events.once and async iteration of events give the store back.
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const { EventEmitter, once } = require('node:events');

const store = new AsyncLocalStorage();
const emitter = new EventEmitter();

async function wait(id) {
  const [value] = await once(emitter, 'value');
  console.log(id, value, store.getStore());
}
for (const id of ['a', 'b']) void store.run(id, wait, id);
setTimeout(() => emitter.emit('value', 42), 1);
