'use strict';

/** What happens when a hook's callback throws outside of the runtime's own emission. */

const { inspect } = require('node:util');

/** Frames that must still fit the stack for an overflow to count as the hook's own. */
const FRAMES_TO_SPARE = 100;
const EXIT_CODE = 1;

/**
 * Ends the process as Node does: the stack goes to stderr, `exit` handlers run, the
 * exit code is 1; with `--abort-on-uncaught-exception` the process aborts.
 *
 * A stack overflow that merely happens to surface in a hook, because the program
 * had used up the stack before, belongs to the program: it is thrown on.
 * @param {any} error
 * @returns {never}
 */
function fatal(error) {
  if (isStackOverflow(error) && !hasFrames(FRAMES_TO_SPARE)) throw error;
  // Straight to stderr: `console` would create resources, and with them events.
  /** @type {any} */ (process)._rawDebug(typeof error?.stack === 'string' ? error.stack : stackFor(error));
  if (abortsOnUncaughtException()) process.abort();
  process.exit(EXIT_CODE);
}

/**
 * What stands for the stack of something that was thrown and has none.
 * @param {unknown} thrown
 * @returns {string}
 */
function stackFor(thrown) {
  const error = /** @type {{ message: string, stack: string }} */ ({ message: inspect(thrown) });
  Error.captureStackTrace(error, fatal);
  return error.stack;
}

/** @param {unknown} error */
function isStackOverflow(error) {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

/**
 * @param {number} count
 * @returns {boolean}
 */
function hasFrames(count) {
  try {
    return count === 0 || hasFrames(count - 1);
  } catch {
    return false;
  }
}

function abortsOnUncaughtException() {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return options.some((option) => /^--abort[-_]on[-_]uncaught[-_]exception$/.test(option));
}

module.exports = { fatal };
