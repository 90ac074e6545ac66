'use strict';

/**
 * Stacks, taken in a realm of our own: V8 asks that one for their depth and form, so the program may do with its `Error` what it
 * likes, and finds it untouched.
 */

const { createContext, runInContext } = require('node:vm');

/** @typedef {(above: Function, depth: number) => any[]} Capture Leaves out the frames up to that of a function. */

/** Runs in the other realm from its source, so it uses nothing from around it. @returns {Capture} */
function prepareRealm() {
  const { captureStackTrace } = Error;
  Error.prepareStackTrace = (error, sites) => sites;
  return (above, depth) => {
    Error.stackTraceLimit = depth;
    const holder = /** @type {{ stack: any }} */ ({ stack: [] });
    captureStackTrace(holder, above);
    return holder.stack;
  };
}

/** @returns {Capture} */
function openRealm() {
  const realm = createContext({}, { name: 'async-hooks-rs' });
  return runInContext(`'use strict'; (${prepareRealm})`, realm, { filename: 'node:internal/async-hooks-rs/context/realm' })();
}

module.exports = { openRealm };
