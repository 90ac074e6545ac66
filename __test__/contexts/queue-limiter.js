// question: Calls that the rate limiter holds back run without a store. (bottleneck)
// kind: timer
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const client = new AsyncLocalStorage();

class Limiter {
  #held = [];
  #timer = setInterval(() => this.#drip(), 1);

  schedule(call, ...args) {
    this.#held.push({ call, args });
  }

  #drip() {
    const next = this.#held.shift();
    if (next === undefined) return void clearInterval(this.#timer);
    next.call.apply(null, next.args); // <- here
  }
}

const limiter = new Limiter();
for (const name of ['a', 'b', 'c']) {
  client.run(name, () => {
    function call(path) {
      console.log('call', path, 'for', client.getStore());
    }
    limiter.schedule(call, '/v1');
    //= limiter.schedule(AsyncResource.bind(call), '/v1');
  });
}
void AsyncResource;
