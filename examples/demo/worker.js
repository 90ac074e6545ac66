'use strict';
// The worker thread: answers each number with that Fibonacci number.

const { parentPort } = require('node:worker_threads');

/** @param {number} n @returns {number} */
const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));

parentPort?.on('message', (n) => parentPort?.postMessage(fibonacci(n)));
