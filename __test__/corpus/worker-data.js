// A worker from a string, with data and a port of its own.
'use strict';

const { MessageChannel, Worker } = require('node:worker_threads');

const program = `
  const { workerData } = require('node:worker_threads');
  const { text, port } = workerData;
  port.on('message', () => port.postMessage(text.toUpperCase()));
`;

const { port1, port2 } = new MessageChannel();
const worker = new Worker(program, { eval: true, workerData: { text: 'data', port: port2 }, transferList: [port2] });
port1.on('message', (text) => {
  console.log(text);
  process.exit();
});
worker.on('online', () => port1.postMessage('go'));
