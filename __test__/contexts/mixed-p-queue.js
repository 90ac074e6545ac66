// question: With concurrency 1 every task logs the id of the task before. (p-queue)
// kind: mixed
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const id = new AsyncLocalStorage();

class Queue {
  tasks = [];
  isRunning = false;

  add(task) {
    this.tasks.push(task);
    if (!this.isRunning) this.next();
  }

  next() {
    const task = this.tasks.shift();
    this.isRunning = task !== undefined;
    if (task !== undefined) task().then(() => this.next()); // <- here
  }
}

const queue = new Queue();
for (const name of [1, 2, 3]) {
  id.run(name, () => {
    queue.add(async () => {
      //= queue.add(AsyncResource.bind(async () => {
      await null;
      console.log(name, id.getStore(), AsyncResource.name);
    });
    //= }));
  });
}
