'use strict';

/** The end of the thread, however it comes: by itself, by `process.exit`, by an error, by a signal. */

const { constants } = require('node:os');
const { isMainThread } = require('node:worker_threads');

const { createHook } = require('../node/builtin');

const SIGNALS = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']);

/** @typedef {{ unref: () => void, start: (signal: number) => number, close: () => void, onsignal: () => void }} Handle */

/** @param {() => void} end */
function followEnding(end) {
  process.on('exit', () => end());
  if (!isMainThread) return;
  try {
    const Signal = signalClass();
    if (Signal !== undefined) for (const signal of SIGNALS) followSignal(new Signal(), signal, end);
  } catch {
    // Then a signal ends the program before it could tell anything.
  }
}

/**
 * The class of the handles that Node itself has for signals. It shows them to hooks only.
 * @returns {(new () => Handle) | undefined}
 */
function signalClass() {
  /** @type {any} */
  let handle;
  const hook = createHook({
    init(asyncId, type, triggerAsyncId, resource) {
      if (type === 'SIGNALWRAP') handle = resource;
    },
  }).enable();
  const listener = () => {};
  process.on('SIGTERM', listener);
  process.removeListener('SIGTERM', listener);
  hook.disable();
  return handle?.constructor;
}

/**
 * A handle of its own beside those of Node, since a listener would show in the program and take the signal's effect away.
 * @param {Handle} handle
 * @param {NodeJS.Signals} signal
 * @param {() => void} end
 */
function followSignal(handle, signal, end) {
  const number = constants.signals[signal];
  handle.unref();
  handle.onsignal = () => {
    // The program knows what to do.
    if (process.listenerCount(signal) > 0) return;
    end();
    handle.close();
    process.kill(process.pid, signal);
  };
  if (number === undefined || handle.start(number) !== 0) handle.close();
}

module.exports = { followEnding };
