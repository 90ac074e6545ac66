'use strict';

/** Ctrl-C and the like, where they end what the command does and not its process. */

const SIGNALS = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @returns {{ signal: AbortSignal, clear: () => void }} aborted by the first of them; after `clear` they end the process again */
function interruption() {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, abort);
  }
  return {
    signal: controller.signal,
    clear() {
      for (const signal of SIGNALS) process.removeListener(signal, abort);
    },
  };
}

module.exports = { interruption };
