'use strict';

/**
 * What a program is: plain data, so that it can be printed, shrunk and replayed.
 *
 * Every tree of operations is a valid program. What makes no sense where it stands (a `clear` of a timer that was never
 * made) does nothing; an `await` in a function that is not async is left out.
 */

const builtin = require('../../../lib/node/builtin');

/**
 * @typedef {object} Operation
 * @property {number} id the program point; shrinking keeps it
 * @property {string} op its name in `operations.js`
 * @property {string} [how] which of several ways, see the operation
 * @property {number} [hook] which hook
 * @property {number} [reg] where what it makes is kept, or what it is about
 * @property {number} [from] another register, of what it is made from
 * @property {boolean} [async] whether the body is an async function
 * @property {Operation[]} [body]
 * @property {Operation[][]} [blocks]
 */

/** @typedef {'init' | 'before' | 'after' | 'destroy' | 'promiseResolve'} Phase */

/**
 * What a callback of a hook does besides logging.
 *
 * @typedef {object} Reaction
 * @property {number} nth at which of its calls
 * @property {Operation[]} body
 */

/**
 * @typedef {object} HookSpec
 * @property {Partial<Record<Phase, Reaction[]>>} callbacks those that the hook has
 * @property {boolean} [ignoresPromises]
 */

/**
 * @typedef {object} Program
 * @property {number} seed
 * @property {HookSpec[]} hooks
 * @property {boolean} collects whether the garbage is collected at its end, and the `destroy` of what was in it awaited
 * @property {Operation[]} main
 */

/** @type {Phase[]} */
const PHASES = ['init', 'before', 'after', 'destroy', 'promiseResolve'];
const REGISTERS = 3;

/** What the running Node has; programs use nothing else. */
const features = { trackPromises: knowsTrackPromises(), withResolvers: 'withResolvers' in Promise, try: 'try' in Promise };

function knowsTrackPromises() {
  try {
    builtin.createHook(/** @type {object} */ ({ trackPromises: 'no boolean' }));
    return false;
  } catch {
    return true;
  }
}

module.exports = { PHASES, REGISTERS, features };
