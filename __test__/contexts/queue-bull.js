// question: The job's callback does not know the request that has added the job. (bull)
// kind: timer, queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const request = new AsyncLocalStorage();

class Queue {
  jobs = [];

  constructor() {
    this.timer = setInterval(() => this.work(), 1);
  }

  add(data, done) {
    this.jobs.push({ data, done });
  }

  work() {
    const job = this.jobs.shift();
    if (job !== undefined)
      job.done(job.data * 2); // <- here
    else if (over) clearInterval(this.timer);
  }
}

const queue = new Queue();
let over = false;

function handle(id) {
  request.run({ id }, () => {
    function done(result) {
      console.log(result, request.getStore()?.id, AsyncResource.name);
      over = id === 2;
    }
    queue.add(id, done);
    //= queue.add(id, AsyncResource.bind(done));
  });
}
handle(1);
handle(2);
