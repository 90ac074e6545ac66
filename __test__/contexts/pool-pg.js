// question: After a query that had to wait for a client, the request id is gone. (pg's pool)
// kind: queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { EventEmitter } = require('node:events');

const requestId = new AsyncLocalStorage();

class Pool extends EventEmitter {
  idle = [{ id: 1 }];
  pending = [];

  connect(callback) {
    this.pending.push(callback);
    process.nextTick(() => this.pulse());
  }

  pulse() {
    while (this.idle.length > 0 && this.pending.length > 0) this.pending.shift()(null, this.idle.pop()); // <- here
  }

  release(client) {
    this.idle.push(client);
    this.pulse();
  }
}

const pool = new Pool();
const busy = [];
// The clients' sockets.
setImmediate(function answer() {
  const client = busy.shift();
  if (client !== undefined) pool.release(client);
  if (answered < 3) setImmediate(answer);
});
let answered = 0;

function handle(id) {
  requestId.run(id, () => {
    setImmediate(() => {
      pool.connect((error, client) => {
        //= pool.connect(AsyncResource.bind((error, client) => {
        answered += 1;
        console.log('query of', requestId.getStore(), AsyncResource.name);
        busy.push(client);
      });
      //= }));
    });
  });
}

for (const id of ['a', 'b', 'c']) handle(id);
