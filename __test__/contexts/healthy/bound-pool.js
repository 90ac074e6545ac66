// A pool that keeps the context of whoever waits.
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const request = new AsyncLocalStorage();

class Waiting extends AsyncResource {
  constructor(callback) {
    super('Waiting');
    this.callback = callback;
  }

  call(value) {
    this.runInAsyncScope(this.callback, null, value);
    this.emitDestroy();
  }
}

const queue = [];
for (const id of ['a', 'b']) {
  request.run(id, () => {
    queue.push(new Waiting((value) => console.log(value, id, request.getStore())));
  });
}
setImmediate(() => {
  for (const each of queue) each.call('granted');
});
