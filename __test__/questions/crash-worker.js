// question: The process dies with an error of a Worker.
// kind: crash
// exits: 1
'use strict';
const { Worker, isMainThread, parentPort } = require('node:worker_threads');

function resize(image) {
  return image.pixels.length; // <- here
}

if (isMainThread) {
  const worker = new Worker(__filename);
  worker.postMessage({ pixels: [1, 2, 3] });
  worker.postMessage({});
  setTimeout(() => {}, 2000);
} else {
  parentPort.on('message', (image) => parentPort.postMessage(resize(image)));
}
