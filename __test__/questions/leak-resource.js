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

let recent = [];
let count = 0;
const timer = setInterval(async () => {
  await null;
  jobs.push(new Job({ name: `job ${count}` }));
  // What every program has: garbage, some of it old.
  for (let i = 0; i < 12; i++) recent = [...recent.slice(-150), Array.from({ length: 5000 }, (_, id) => ({ id }))];
  if ((count += 1) === 90) clearInterval(timer);
}, 20);
