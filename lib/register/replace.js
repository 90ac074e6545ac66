'use strict';

/**
 * Puts the exports of this package into Node's own module, so that the module stays the one
 * builtin that it is: nothing of the loader is touched, and who patches it, mocks it or hooks
 * its loading finds what he finds at any builtin.
 */

const { syncBuiltinESMExports } = require('node:module');

const { asyncHooks, originals } = require('./originals');

/** @param {typeof import('../create')} instance */
function replaceExports(instance) {
  const module = asyncHooks();
  // A second registration, by another flag or another copy, has nothing to do.
  if (instance.face === module) return;
  const exports = Object.entries(instance.face);
  const ours = exports.filter(([name]) => isNodesOwn(name, module[name]));
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
 * lose its say without a word. Only the source text tells a function of Node's.
 * @param {string} name
 * @param {unknown} value
 */
function isNodesOwn(name, value) {
  if (typeof value !== 'function') return true;
  if (value !== Reflect.get(originals(), name)) return false;
  const text = Function.prototype.toString.call(value);
  return text.startsWith(`function ${name}(`) || text.startsWith(`class ${name} {`);
}

module.exports = { replaceExports };
