'use strict';

/** `worker-endings.js CASE...`: each case (`event,source,action`, see `endings.js`) in a Worker, and what is seen of it from outside. */

const path = require('node:path');
const { Worker } = require('node:worker_threads');

/** @param {string[]} workerData */
function ending(workerData) {
  /** @type {string[]} */
  const seen = [];
  return new Promise((resolve) => {
    const worker = new Worker(path.join(__dirname, 'endings.js'), { workerData, stderr: true });
    worker.on('message', (text) => seen.push(text));
    worker.on('error', (error) => seen.push(`error ${error}`));
    worker.on('exit', (code) => resolve([...seen, `ended ${code}`]));
  });
}

async function main() {
  /** @type {Record<string, string[]>} */
  const endings = {};
  for (const name of process.argv.slice(2)) endings[name] = await ending(name.split(','));
  console.log(JSON.stringify(endings));
}

main();
