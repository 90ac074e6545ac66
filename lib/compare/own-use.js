'use strict';
/**
 * A script that uses this package by its own name. All copies of it, however they are asked for, take what they are
 * from the one instance on Node's module; so what stands there decides what the script gets.
 */

const Module = /** @type {any} */ (require('node:module'));
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const { installLoaderHook } = require('./loader');
const { builtinOf, present } = require('../register/identity');
const { KEY } = require('../instance-key');

/**
 * @typedef {'main' | 'legacy' | 'record' | 'before'} Use which entry is used; or that it was loaded before the recorder
 */

/** Of this thread's script. */
const uses = /** @type {Set<Use>} */ (new Set());

/**
 * @param {any} asyncHooks what `require('node:async_hooks')` answers
 * @returns {boolean} whether the package was loaded already, so that a run with Node's module is none
 */
function isLoaded(asyncHooks) {
  return builtinOf(asyncHooks) !== undefined || asyncHooks[KEY] !== undefined;
}

/**
 * Gives the script Node's module where it asks for this package. What Node's has no equal of is
 * ours all the same.
 * @param {any} builtin
 * @param {<T>(load: () => T) => T} unrecorded runs what loads our engine
 */
function giveBuiltin(builtin, unrecorded) {
  /** @type {any} */
  let ours;
  const instance = () => (ours ??= unrecorded(() => require('../create')));
  const value = {
    get face() {
      uses.add('main');
      return builtin;
    },
    get legacy() {
      return instance().legacy;
    },
    get recorder() {
      return instance().recorder;
    },
  };
  Object.defineProperty(builtin, KEY, { value });
  noteOthers(value);
  // `register` has nothing to do here.
  present(builtin, builtin);
}

/**
 * Notes who asks for the package that is compared, which is loaded already: for another copy, its instance tells.
 * @param {string} folder
 */
function noteRequests(folder) {
  const isEntry = (/** @type {string} */ file) => path.dirname(file) === folder && /^index\.m?js$/.test(path.basename(file));
  const see = (/** @type {string} */ file, /** @type {string | undefined} */ from) => {
    if (isEntry(file) && (from === undefined || ![folder, __dirname].includes(path.dirname(from)))) uses.add('main');
  };
  const { _resolveFilename } = Module;
  Module._resolveFilename = function(/** @type {any[]} */ ...args) {
    const found = Reflect.apply(_resolveFilename, this, args);
    if (typeof found === 'string') see(found, args[1]?.filename);
    return found;
  };
  installLoaderHook((url, parent) => {
    if (url.startsWith('file:')) see(fileURLToPath(url), parent?.startsWith('file:') ? fileURLToPath(parent) : undefined);
  });
}

/**
 * Notes the use of entries that Node's module has no equal of.
 * @param {any} instance
 */
function noteOthers(instance) {
  for (const [name, use] of /** @type {const} */ ([['legacy', 'legacy'], ['recorder', 'record']])) {
    const { get } = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(instance, name));
    Object.defineProperty(instance, name, {
      get() {
        uses.add(use);
        return get?.call(instance);
      },
    });
  }
}

/** @type {Record<Use, string>} */
const NOTES = {
  main: 'The script asks for async-hooks-rs itself. In the run with the builtin it got node:async_hooks.',
  legacy: 'The script uses async-hooks-rs/legacy, which Node has not: it is this package in both runs, and what its low-level functions ' +
    'emit reaches the hooks of this package alone. A difference in that is no fault.',
  record: 'The script uses async-hooks-rs/record, which Node has not: it records in both runs.',
  before: 'async-hooks-rs is loaded before the script, by NODE_OPTIONS. Leave that out: the comparison loads it itself, and only where it must be.',
};

/**
 * @param {Iterable<Use>} used
 * @returns {string[]} for those who read the result
 */
function notesOn(used) {
  return [...new Set(used)].map((use) => NOTES[use]);
}

module.exports = { uses, isLoaded, giveBuiltin, noteOthers, noteRequests, notesOn, NOTES };
