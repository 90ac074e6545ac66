// Two Workers compute, the main thread gives them work and stops them.
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (isMainThread) {
  const tasks = Array.from({ length: 30 }, (_, n) => 20_000 + n * 1000);
  const results = [];
  const workers = [1, 2].map(() => new Worker(__filename));
  const next = (worker) => {
    const task = tasks.shift();
    if (task === undefined) worker.terminate();
    else worker.postMessage(task);
  };
  for (const worker of workers) {
    worker.on('message', (result) => {
      results.push(result);
      next(worker);
    });
    next(worker);
  }
  process.on('exit', () => process.stdout.write(`${results.length} results\n`));
} else {
  parentPort.on('message', (limit) => {
    let count = 0;
    for (let n = 2; n < limit; n++) {
      let isPrime = true;
      for (let d = 2; d * d <= n && isPrime; d++) isPrime = n % d !== 0;
      if (isPrime) count += 1;
    }
    parentPort.postMessage(count);
  });
}
