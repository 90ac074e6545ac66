// question: The work is in a Worker, and the main thread is still blocked. By what?
// kind: block
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

function merge(rows) {
  const seen = [];
  for (const row of rows) { // <- or here
    if (!seen.includes(row % 12_000)) seen.push(row % 12_000); // <- or here
  }
  return seen.length;
}

if (isMainThread) {
  setInterval(() => {}, 20).unref();
  new Worker(__filename).on('message', (rows) => process.stdout.write(`${merge(rows)} rows\n`));
} else {
  parentPort.postMessage(Array.from({ length: 90_000 }, (_, id) => id));
}
