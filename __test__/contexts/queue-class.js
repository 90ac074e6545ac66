// question: A job whose run() is a closure does not know its tenant.
// kind: queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');

const tenant = new AsyncLocalStorage();
const jobs = [];

class Job {
  constructor(run) {
    this.run = run;
  }
}

tenant.run({ name: 'acme' }, function handler() {
  jobs.push(new Job(() => console.log('runs for', tenant.getStore()?.name)));
  //= jobs.push(new Job(AsyncResource.bind(() => console.log('runs for', tenant.getStore()?.name))));
});
setImmediate(() => {
  for (const job of jobs) job.run(); // <- here
});
void AsyncResource;
