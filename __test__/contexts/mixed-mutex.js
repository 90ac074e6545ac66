// question: Whoever waits for the lock runs as whoever had it.
// kind: mixed
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const account = new AsyncLocalStorage();

class Mutex {
  #waiting = [];
  #isTaken = false;

  lock(callback) {
    if (this.#isTaken) {
      this.#waiting.push(callback);
      return;
    }
    this.#isTaken = true;
    callback(() => this.#unlock());
  }

  #unlock() {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next(() => this.#unlock()); // <- here
  }
}

const mutex = new Mutex();
for (const id of ['a1', 'a2', 'a3']) {
  account.run(id, () => {
    const book = (unlock) => {
      setImmediate(() => {
        console.log('books', id, account.getStore());
        unlock();
      });
    };
    mutex.lock(book);
    //= mutex.lock(AsyncResource.bind(book));
  });
}
void AsyncResource;
