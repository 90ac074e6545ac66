'use strict';

/** The three ways in which each workload runs. */

const builtin = require('node:async_hooks');

/** @typedef {'none' | 'builtin' | 'ours'} Variant */

const VARIANTS = /** @type {Variant[]} */ (['none', 'builtin', 'ours']);

/**
 * The module that a variant works with. Without hooks it is Node's own: it is there anyway.
 * @param {Variant} variant
 * @returns {typeof builtin}
 */
function moduleOf(variant) {
  return variant === 'ours' ? /** @type {any} */ (require('../..')) : builtin;
}

module.exports = { VARIANTS, moduleOf };
