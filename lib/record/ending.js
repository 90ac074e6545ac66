'use strict';

/**
 * Why a thread ends. Listeners would show in the program, so these are the two functions that Node itself asks for by name:
 * `process._fatalException` for an error that nothing has caught, and `process.reallyExit` for `process.exit()`.
 */

/** @typedef {Record<string, ((...args: any[]) => any) | undefined>} Functions */

/**
 * @param {(reason: string) => void} tell why the thread will end; '' where that is not known any more
 * @returns {() => void} what ends it
 */
function followEnding(tell) {
  let isEnding = false;

  const endFatal = replaced('_fatalException', (original) => function _fatalException(error, fromPromise) {
    const what = fromPromise ? 'unhandled rejection' : 'uncaught exception';
    let isHandled = false;
    // Listeners that the program has for it run meanwhile, and may exit.
    tell(`process.exit() after an ${what}`);
    isEnding = true;
    try {
      isHandled = Reflect.apply(original, this, arguments);
    } finally {
      isEnding = !isHandled;
      tell(isHandled ? '' : what);
    }
    return isHandled;
  });

  const endExit = replaced('reallyExit', (original) => function reallyExit() {
    if (!isEnding) tell('process.exit()');
    return Reflect.apply(original, this, arguments);
  });

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
