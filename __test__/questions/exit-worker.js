// question: All thumbnails are there, why does it not exit?
// kind: does-not-exit
// ends: signal after 1500 ms
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

if (isMainThread) {
  const worker = new Worker(__filename); // <- here
  worker.on('message', (size) => process.stdout.write(`resized to ${size}\n`));
  worker.postMessage(640);
} else {
  parentPort.on('message', (width) => parentPort.postMessage(width / 2));
}
