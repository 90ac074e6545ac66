'use strict';
// A pool of one worker thread. The worker belongs to no request, so each task is an AsyncResource:
// its callback runs in the scope of whoever gave the task, not in that of the worker's port.

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { AsyncResource } = require('./module');

/** @typedef {(error: Error | null, value?: number) => void} Callback */

class PoolTask extends AsyncResource {
  /** @param {Callback} callback */
  constructor(callback) {
    super('PoolTask');
    this.callback = callback;
  }

  /** @type {Callback} */
  done(error, value) {
    this.runInAsyncScope(this.callback, null, error, value);
    this.emitDestroy();
  }
}

class Pool {
  /** @type {PoolTask[]} */
  #tasks = [];
  #worker = new Worker(path.join(__dirname, 'worker.js'));

  constructor() {
    this.#worker.on('message', (value) => this.#tasks.shift()?.done(null, value));
    this.#worker.on('error', (error) => this.#tasks.splice(0).forEach((task) => task.done(error)));
  }

  /** @param {number} n @param {Callback} callback */
  run(n, callback) {
    this.#tasks.push(new PoolTask(callback));
    this.#worker.postMessage(n);
  }

  /** @param {() => void} callback called when the worker runs */
  ready(callback) {
    this.run(1, callback);
  }

  /** @param {() => void} callback called when the worker is gone */
  close(callback) {
    this.#worker.once('exit', callback);
    this.#worker.terminate();
  }
}

module.exports = { Pool };
