// question: The work is in a Worker, and the main thread is still blocked. By what?
// kind: block
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

function merge(rows) {
  const seen = [];
  for (const row of rows) {
    if (!seen.includes(row % 30_000)) seen.push(row % 30_000); // <- function
  }
  return seen.length;
}

if (isMainThread) {
  new Worker(__filename).on('message', (rows) => process.stdout.write(`${merge(rows)} rows\n`));
} else {
  parentPort.postMessage(Array.from({ length: 60_000 }, (_, id) => id));
}
