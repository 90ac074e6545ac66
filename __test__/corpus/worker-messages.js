// Questions to a worker and its answers.
'use strict';

const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (isMainThread) {
  const worker = new Worker(__filename);
  // Sent when the worker runs, so that the two threads go step by step.
  worker.on('online', () => worker.postMessage(6));
  worker.on('message', (answer) => {
    console.log('answer', answer);
    if (answer === 42) worker.postMessage(answer);
    else process.exit();
  });
} else {
  parentPort.on('message', (question) => parentPort.postMessage(question * 7));
}
