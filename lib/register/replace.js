'use strict';

/**
 * Puts the exports of this package into Node's own module, so that the module stays the one
 * builtin that it is: nothing of the loader is touched, and who patches it, mocks it or hooks
 * its loading finds what he finds at any builtin.
 */

const { syncBuiltinESMExports } = require('node:module');

const { asyncHooks, isNodesOwn, originals } = require('../node/originals');

/** @param {typeof import('../create')} instance */
function replaceExports(instance) {
  const module = asyncHooks();
  // A second registration, by another flag or another copy, has nothing to do.
  if (instance.face === module) return;
  const exports = Object.entries(instance.face);
  const ours = exports.filter(([name]) => isReplaceable(name, module[name]));
  for (const [name, value] of ours) {
    Object.defineProperty(module, name, { value, writable: true, enumerable: true, configurable: true });
  }
  // For those who imported it before.
  syncBuiltinESMExports();
  // The package, too, gives the object that the program has, with what is patched in it later.
  if (ours.length === exports.length) instance.face = module;
}

/**
 * What another module put in the place of Node's function stays, or else that module would
 * lose its say without a word.
 * @param {string} name
 * @param {unknown} value
 */
function isReplaceable(name, value) {
  return value === Reflect.get(originals(), name) && isNodesOwn(name, value);
}

module.exports = { replaceExports };
