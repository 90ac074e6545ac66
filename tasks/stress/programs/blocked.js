'use strict';

/** A Worker that stays inside a hook callback, about a resource of the given kind, until it is terminated. */

const { workerData } = require('node:worker_threads');

const { createHook, AsyncResource } = require('./module');

/** @type {{ event: string, source: keyof typeof SOURCES, flag: Int32Array<SharedArrayBuffer> }} */
const { event, source, flag } = workerData;

const SOURCES = {
  resource() {
    const resource = new AsyncResource('BLOCKED');
    resource.runInAsyncScope(() => {});
    resource.emitDestroy();
  },
  promise() {
    const promise = new Promise((/** @type {(value?: any) => void} */ resolve) => resolve());
    promise.then(() => {});
    // For `destroy`: enough garbage for a collection, turns of the event loop for what comes after it.
    (function turn() {
      for (let i = 0; i < 1000; i++) new Promise(() => {});
      globalThis.gc?.();
      setImmediate(turn);
    })();
  },
  timer() {
    setTimeout(() => {}, 1);
  },
  embedder() {
    const { newAsyncId, emitInit, emitBefore, emitAfter, emitDestroy } = require('../../../legacy');
    const id = newAsyncId();
    emitInit(id, 'BLOCKED');
    emitBefore(id);
    emitAfter(id);
    emitDestroy(id);
    setImmediate(() => {});
  },
};

function block() {
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
  Atomics.wait(flag, 0, 1);
}

createHook({ [event]: block }).enable();
SOURCES[source]();
