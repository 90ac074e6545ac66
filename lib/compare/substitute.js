'use strict';
/** Gives a script another module in place of `async_hooks`, for modules that bring no entry of their own for that. */

const Module = require('node:module');

/** @param {object} replacement what `require('async_hooks')` answers from now on */
function substitute(replacement) {
  const internals = /** @type {any} */ (Module);
  const { _load } = internals;
  internals._load = function (/** @type {any[]} */ ...args) {
    if (args[0] === 'async_hooks' || args[0] === 'node:async_hooks') return replacement;
    return Reflect.apply(_load, this, args);
  };
}

module.exports = { substitute };
