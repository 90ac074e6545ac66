'use strict';

/**
 * How a module that stands in for `node:async_hooks` is told from the builtin.
 *
 * Once registered, it carries the builtin under a symbol that every copy of the package
 * knows. So a copy that asks for `node:async_hooks` finds the real one behind whatever it
 * is given, however its files were loaded: from another folder, bundled, in a vm context.
 */

const kBuiltin = Symbol.for('async-hooks-rs.builtin');

/**
 * @param {object} asyncHooks what `require('node:async_hooks')` answered
 * @returns {object | undefined} the builtin that it stands in for, if it does
 */
function builtinOf(asyncHooks) {
  return /** @type {any} */ (asyncHooks)[kBuiltin];
}

/**
 * @param {object} ours
 * @param {object} builtin
 */
function present(ours, builtin) {
  Object.defineProperty(ours, kBuiltin, { value: builtin });
}

module.exports = { builtinOf, present };
