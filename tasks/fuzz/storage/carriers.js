'use strict';

/** The ways in which the runtime calls something back later. Each calls it once, an interval twice. */

const crypto = require('node:crypto');
const { EventEmitterAsyncResource } = require('node:events');
const fs = require('node:fs');
const { PassThrough, finished, pipeline } = require('node:stream');
const { setImmediate: immediatePromise, setTimeout: timeoutPromise } = require('node:timers/promises');
const { MessageChannel } = require('node:worker_threads');

/** @typedef {typeof import('node:async_hooks')} AsyncHooks */
/** @typedef {(call: () => void, asyncHooks: AsyncHooks) => void} Carrier */

const INTERVAL_TURNS = 2;

/** @type {Record<string, Carrier>} */
const carriers = {
  nextTick: (call) => process.nextTick(call),
  microtask: (call) => queueMicrotask(call),
  then: (call) => void Promise.resolve().then(call),
  catch: (call) => void Promise.reject(new Error('expected')).catch(call),
  finally: (call) => void Promise.resolve().finally(call),
  thenable: (call) =>
    void Promise.resolve({
      then(/** @type {() => void} */ resolve) {
        call();
        resolve();
      },
    }),
  timeout: (call) => void setTimeout(call, 0),
  timeout1: (call) => void setTimeout(call, 1),
  timeoutPromise: (call) => void timeoutPromise(1).then(call),
  immediate: (call) => void setImmediate(call),
  immediatePromise: (call) => void immediatePromise().then(call),
  fs: (call) => fs.stat(__filename, call),
  fsPromise: (call) => void fs.promises.stat(__filename).then(call),
  random: (call) => crypto.randomBytes(1, call),

  interval(call) {
    let turns = 0;
    const timer = setInterval(() => {
      if (++turns === INTERVAL_TURNS) clearInterval(timer);
      call();
    }, 1);
  },

  port(call) {
    const { port1, port2 } = new MessageChannel();
    port2.once('message', () => {
      call();
      port2.close();
    });
    port1.postMessage(null);
  },

  emitter(call) {
    const emitter = new EventEmitterAsyncResource({ name: 'Fuzz' });
    emitter.once('event', call);
    process.nextTick(() => emitter.emit('event'));
  },

  stream(call) {
    const stream = new PassThrough();
    stream.once('data', call);
    stream.end('data');
  },

  finished(call) {
    const stream = new PassThrough();
    finished(stream, call);
    stream.resume().end('data');
  },

  pipeline(call) {
    const source = new PassThrough();
    pipeline(source, new PassThrough().resume(), call);
    source.end('data');
  },

  abort(call) {
    const controller = new AbortController();
    controller.signal.addEventListener('abort', call, { once: true });
    process.nextTick(() => controller.abort());
  },

  resource(call, { AsyncResource }) {
    const resource = new AsyncResource('Fuzz');
    process.nextTick(() => resource.runInAsyncScope(call));
  },

  bound(call, { AsyncLocalStorage }) {
    const bound = AsyncLocalStorage.bind(call);
    process.nextTick(() => bound());
  },

  snapshot(call, { AsyncLocalStorage }) {
    const snapshot = AsyncLocalStorage.snapshot();
    process.nextTick(() => snapshot(call));
  },
};

/** @param {string} name how often a carrier calls */
const turnsOf = (name) => (name === 'interval' ? INTERVAL_TURNS : 1);

module.exports = { carriers, turnsOf };
