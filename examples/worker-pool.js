'use strict';
// Shows: a pool of worker threads whose tasks keep the context that they were given in. A worker belongs to
//        nobody in particular, so each task gets an AsyncResource and its callback runs in that one's scope.
// Look at: there are fewer workers than tasks, and each answer still finds the store of its own caller.
//
// Output:
//   caller a: 3 * 3 = 9, store a
//   caller b: 4 * 4 = 16, store b
//   caller c: 5 * 5 = 25, store c
//   caller d: 6 * 6 = 36, store d
const { AsyncLocalStorage, AsyncResource } = require('./module');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const { print } = require('./support/print');

class Task extends AsyncResource {
  constructor(input, callback) {
    super('Task');
    this.input = input;
    this.callback = callback;
  }

  done(error, output) {
    this.runInAsyncScope(this.callback, null, error, output);
    this.emitDestroy();
  }
}

class Pool {
  #queue = [];
  #idle;

  constructor(size) {
    this.#idle = Array.from({ length: size }, () => new Worker(__filename));
    this.workers = [...this.#idle];
  }

  run(input, callback) {
    this.#queue.push(new Task(input, callback));
    this.#dispatch();
  }

  #dispatch() {
    while (this.#queue.length > 0 && this.#idle.length > 0) this.#start(this.#idle.pop(), this.#queue.shift());
  }

  #start(worker, task) {
    const settle = (error, output) => {
      worker.off('message', onMessage).off('error', settle);
      this.#idle.push(worker);
      task.done(error, output);
      this.#dispatch();
    };
    const onMessage = (output) => settle(null, output);
    worker.on('message', onMessage).on('error', settle);
    worker.postMessage(task.input);
  }

  close() {
    for (const worker of this.workers) worker.terminate();
  }
}

function main() {
  const storage = new AsyncLocalStorage();
  const pool = new Pool(2);
  const lines = [];
  const callers = new Map([['a', 3], ['b', 4], ['c', 5], ['d', 6]]);
  for (const [caller, n] of callers) {
    storage.run(caller, () => pool.run(n, (error, square) => {
      lines.push(`caller ${caller}: ${n} * ${n} = ${error ?? square}, store ${storage.getStore()}`);
      if (lines.length < callers.size) return;
      print(lines.sort().join('\n'));
      pool.close();
    }));
  }
}

if (isMainThread) main();
else parentPort.on('message', (n) => parentPort.postMessage(n * n));
