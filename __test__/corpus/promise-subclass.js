// A subclass of Promise, through then, all and await.
'use strict';

class Task extends Promise {
  static get [Symbol.species]() { return Task; }
}

const task = Task.resolve('task');
console.log(task.then((value) => console.log(value)) instanceof Task);
Task.all([task, 2]).then((values) => console.log(values));
(async () => console.log('awaited', await task))();
