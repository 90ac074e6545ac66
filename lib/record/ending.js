'use strict';

/**
 * Why a thread ends. Listeners would show in the program, so these are the two functions that Node itself asks for by name:
 * `process._fatalException` for an error that nothing has caught, and `process.reallyExit` for `process.exit()`.
 */

const { isMainThread } = require('node:worker_threads');

/** The program may put others there. */
const { apply } = Reflect;

/** @typedef {Record<string, ((...args: any[]) => any) | undefined>} Functions */

/**
 * @param {(reason: string) => void} tell why the thread will end; '' where that is not known any more
 * @param {(error: unknown) => void} crash what ends the thread, when nobody has handled it
 * @param {() => void} exit called right before the process exits, where nothing else tells the recorder in time
 * @returns {() => void} what ends it
 */
function followEnding(tell, crash, exit) {
  // Windows ends all other threads before a library hears that the process exits. A worker's exit ends only the worker.
  const tellsExit = isMainThread && process.platform === 'win32';
  /** @type {string | null} the error that Node looks for somebody to handle */
  let error = null;

  const endFatal = replaced(
    '_fatalException',
    (original) =>
      function _fatalException(thrown, fromPromise) {
        error = fromPromise ? 'an unhandled rejection' : 'an uncaught exception';
        tell(fromPromise ? 'unhandled rejection' : 'uncaught exception');
        const isHandled = apply(original, this, arguments);
        // Not reached where a listener throws or exits, nor in a worker where nobody handles it.
        if (isHandled) {
          error = null;
          tell('');
        } else {
          crash(thrown);
          // Node exits for no other answer.
          if (tellsExit && isHandled === false) exit();
        }
        return isHandled;
      },
  );

  const endExit = replaced(
    'reallyExit',
    (original) =>
      function reallyExit() {
        if (error === null) tell('process.exit()');
        // In a worker, Node itself comes here after an error.
        else if (isMainThread) tell(`process.exit() after ${error}`);
        if (tellsExit) exit();
        return apply(original, this, arguments);
      },
  );

  return () => {
    endFatal();
    endExit();
  };
}

/**
 * Puts a function in the place of one of Node's, where Node has it.
 * @param {string} name
 * @param {(original: Function) => (this: any, ...args: any[]) => any} make
 * @returns {() => void} what undoes it, unless somebody else has put another one there since
 */
function replaced(name, make) {
  const functions = /** @type {Functions} */ (/** @type {unknown} */ (process));
  const original = functions[name];
  if (typeof original !== 'function') return () => {};
  const replacement = make(original);
  functions[name] = replacement;
  return () => {
    if (functions[name] === replacement) functions[name] = original;
  };
}

module.exports = { followEnding };
