// question: Once the job starts, timers and requests are dead.
// kind: block
// ends: signal after 2500 ms
'use strict';

setInterval(() => process.stdout.write('.'), 50);

function drain(queue) {
  while (queue.length > 0) { // <- or here
    const job = queue.shift(); // <- or here
    if (job.isDone === false) queue.push(job); // <- or here
  }
}

setTimeout(() => drain([{ isDone: false }, { isDone: false }]), 100);
