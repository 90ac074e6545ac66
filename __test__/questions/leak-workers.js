// question: Each upload makes the process bigger, by ten megabytes.
// kind: leak
// ends: signal after 5000 ms
'use strict';
const { Worker } = require('node:worker_threads');

let uploads = 0;

function scan(file) {
  const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => {})', { eval: true }); // <- here
  worker.postMessage(file);
}

setInterval(() => scan(`upload-${uploads += 1}`), 120);
