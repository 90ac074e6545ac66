// A pool whose tasks carry the context of those who asked.
'use strict';

const { AsyncResource, executionAsyncId } = require('node:async_hooks');

class Task extends AsyncResource {
  constructor(callback) {
    super('Task');
    this.callback = callback;
  }

  done(value) {
    this.runInAsyncScope(this.callback, null, value);
    this.emitDestroy();
  }
}

const waiting = [];
function ask(name) {
  const task = new Task((value) => console.log(name, value, executionAsyncId() === task.asyncId()));
  waiting.push(task);
}

ask('first');
setImmediate(() => {
  ask('second');
  setImmediate(() => waiting.forEach((task, index) => task.done(index)));
});
