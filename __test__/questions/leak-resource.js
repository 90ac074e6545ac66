// question: Memory grows with every job. What is it that is kept?
// kind: leak
'use strict';
const { AsyncResource } = require('node:async_hooks');

const jobs = [];

class Job extends AsyncResource {
  constructor(data) {
    super('Job'); // <- here
    this.data = data;
  }
}

let count = 0;
const timer = setInterval(() => {
  jobs.push(new Job({ name: `job ${count}` }));
  // What every program has: short-lived garbage.
  for (let i = 0; i < 5; i++) JSON.parse(JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id }))));
  if ((count += 1) === 60) clearInterval(timer);
}, 20);
