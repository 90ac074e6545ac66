'use strict';
/**
 * A script that uses this package by its own name. All copies of it, however they are asked for, take what they are
 * from the one instance on Node's module; so what stands there decides what the script gets.
 */

const Module = /** @type {any} */ (require('node:module'));
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const asyncHooks = require('node:async_hooks');
const { KEY } = require('../node/originals');

/** What Node's module exports by itself; on it the instance is found. */
const originals = /** @type {any} */ (require('../node/builtin'));

/**
 * @typedef {'main' | 'legacy' | 'record' | 'before'} Use which entry is used; or that it was loaded before the recorder
 */

/** Of this thread's script. */
const uses = /** @type {Set<Use>} */ (new Set());

/** Whether the package was loaded already, so that a run with Node's module is none. */
function isLoaded() {
  return originals[KEY] !== undefined;
}

/**
 * Gives the script Node's module where it asks for this package. What Node's has no equal of is
 * ours all the same.
 * @param {<T>(load: () => T) => T} unrecorded runs what loads our engine
 */
function giveBuiltin(unrecorded) {
  /** @type {any} */
  let ours;
  const instance = () => (ours ??= unrecorded(() => require('../create')));
  const value = {
    face: asyncHooks,
    // With Node's module they are as Node has them.
    keepNativeContext: () => false,
    get legacy() {
      return instance().legacy;
    },
    get recorder() {
      return instance().recorder;
    },
  };
  Object.defineProperty(originals, KEY, { value });
  noteOthers(value);
}

/**
 * Notes who asks for the package, in whichever copy.
 * @param {string} folder of the one that is compared
 */
function noteRequests(folder) {
  const isOurs = (/** @type {string} */ inside) => inside === folder || path.basename(inside) === 'async-hooks-rs';
  const isEntry = (/** @type {string} */ file) => isOurs(path.dirname(file)) && /^index\.m?js$/.test(path.basename(file));
  const see = (/** @type {string} */ file, /** @type {string | undefined} */ from) => {
    if (isEntry(file) && (from === undefined || !(isOurs(path.dirname(from)) || path.dirname(from) === __dirname))) uses.add('main');
  };
  const { _resolveFilename } = Module;
  Module._resolveFilename = function (/** @type {any[]} */ ...args) {
    const found = Reflect.apply(_resolveFilename, this, args);
    if (typeof found === 'string') see(found, args[1]?.filename);
    return found;
  };
  if (Module.registerHooks === undefined) {
    // An `import` is not seen there. The thread that this starts does nothing; but without it, HTTP/2 on Node 20 reads from
    // its sockets in other pieces in the one run than in the other (the cause is not known; with `register` alone it does not).
    Module.register?.('data:text/javascript,export const resolve = async (specifier, context, next) => next(specifier, context);');
    return;
  }
  Module.registerHooks({
    resolve(/** @type {string} */ specifier, /** @type {{ parentURL?: string }} */ context, /** @type {Function} */ next) {
      const resolved = next(specifier, context);
      const { parentURL: parent } = context;
      if (resolved.url.startsWith('file:'))
        see(fileURLToPath(resolved.url), parent?.startsWith('file:') ? fileURLToPath(parent) : undefined);
      return resolved;
    },
  });
}

/**
 * Notes the use of entries that Node's module has no equal of.
 * @param {any} instance
 */
function noteOthers(instance) {
  for (const [name, use] of /** @type {const} */ ([
    ['legacy', 'legacy'],
    ['recorder', 'record'],
  ])) {
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
  legacy:
    'The script uses async-hooks-rs/legacy, which Node has not: it is this package in both runs, and what its low-level functions ' +
    'emit reaches the hooks of this package alone. A difference in that is no fault.',
  record: 'The script uses async-hooks-rs/record, which Node has not: it records in both runs.',
  before:
    'async-hooks-rs is loaded before the script, by NODE_OPTIONS. Leave that out: the comparison loads it itself, and only where it must be.',
};

/**
 * @param {Iterable<Use>} used
 * @returns {string[]} for those who read the result
 */
function notesOn(used) {
  return [...new Set(used)].map((use) => NOTES[use]);
}

module.exports = { originals, uses, isLoaded, giveBuiltin, noteOthers, noteRequests, notesOn, NOTES };
