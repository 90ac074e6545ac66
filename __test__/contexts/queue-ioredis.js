// question: The trace ends at redis: callbacks of commands have no span. (ioredis)
// kind: listener, queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { Duplex } = require('node:stream');

const span = new AsyncLocalStorage();

class Redis {
  queue = [];

  constructor() {
    this.stream = new Duplex({ read() {}, write: (chunk, encoding, done) => setImmediate(() => (this.stream.push('+OK'), done())) });
    this.stream.on('data', () => {
      const { callback } = this.queue.shift();
      callback(null, 'OK'); // <- here
    });
  }

  set(key, value, callback) {
    this.queue.push({ callback });
    pending.push(key);
  }
}

const pending = [];
const redis = new Redis();
setImmediate(function flush() {
  for (const key of pending.splice(0)) redis.stream.write(key);
  if (left > 0) setImmediate(flush);
});
let left = 2;

for (const name of ['GET /a', 'GET /b']) {
  span.run(name, function handle() {
    redis.set('key', 'value', (error, answer) => {
      //= redis.set('key', 'value', AsyncResource.bind((error, answer) => {
      left -= 1;
      console.log(name, answer, span.getStore(), typeof AsyncResource);
    });
    //= }));
  });
}
