'use strict';

/** The end of the thread, however it comes: by itself, by `process.exit`, by an error, by a signal. */

const { constants } = require('node:os');
const { isMainThread } = require('node:worker_threads');

const SIGNALS = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']);

/** @param {() => void} end */
function followEnding(end) {
  process.on('exit', () => end());
  if (isMainThread) for (const signal of SIGNALS) followSignal(signal, end);
}

/**
 * A handle of its own beside those of Node, since a listener would show in the program and take the signal's effect away.
 * @param {NodeJS.Signals} signal
 * @param {() => void} end
 */
function followSignal(signal, end) {
  const number = constants.signals[signal];
  const told = /** @type {{ noDeprecation?: boolean }} */ (process);
  const { noDeprecation } = told;
  try {
    // It warns of its own way to ask for it.
    told.noDeprecation = true;
    const { Signal } = /** @type {any} */ (process).binding('signal_wrap');
    const handle = new Signal();
    handle.unref();
    handle.onsignal = () => {
      // The program knows what to do.
      if (process.listenerCount(signal) > 0) return;
      end();
      handle.close();
      process.kill(process.pid, signal);
    };
    if (number !== undefined && handle.start(number) !== 0) handle.close();
  } catch {
    // Then a signal ends the program before it could tell anything.
  } finally {
    told.noDeprecation = noDeprecation;
  }
}

module.exports = { followEnding };
