'use strict';

/**
 * Where resources are created: stacks as V8 gives them, each told once.
 *
 * V8 reads `stackTraceLimit` and `prepareStackTrace` from the `Error` of the realm that takes the stack. So stacks are taken
 * in a realm of the recorder's own: the program's `Error` is neither read nor changed, and may be frozen, patched or gone.
 */

const { createContext, runInContext } = require('node:vm');

/** Frames of a stack. */
const DEPTH = 16;
/** Characters of one. */
const MAX_LENGTH = 4096;
/** Frames that say nothing about the program. */
const OWN = /node:internal\/(?:async-hooks-rs|async_hooks|promise_hooks)/;

/** @typedef {(above: Function) => number} Capture Leaves out the frames up to that of a function. */

/**
 * Runs in the other realm from its source, so it uses nothing from around it.
 * @param {number} depth
 * @param {(sites: any[]) => number} read what is answered for the frames
 * @returns {Capture}
 */
function prepareRealm(depth, read) {
  const { captureStackTrace } = Error;
  Error.stackTraceLimit = depth;
  Error.prepareStackTrace = (error, sites) => read(sites);
  return (above) => {
    const holder = { stack: 0 };
    captureStackTrace(holder, above);
    return holder.stack;
  };
}

/**
 * @param {(sites: any[]) => number} read
 * @returns {Capture}
 */
function openRealm(read) {
  const realm = createContext({}, { name: 'async-hooks-rs' });
  const filename = 'node:internal/async-hooks-rs/record/stacks';
  return runInContext(`'use strict'; (${prepareRealm})`, realm, { filename })(DEPTH, read);
}

/**
 * @param {number} every one resource of so many gets a stack
 * @param {number} most stacks that can be told apart; those beyond are left out
 * @param {(stack: string) => void} add
 * @returns {((above: Function) => number) | null} the index of the current stack plus one, 0 for none;
 *   null where no stacks can be taken, which stderr is told
 */
function stackTaker(every, most, add) {
  /** @type {Map<string, number>} */
  const known = new Map();
  let untilNext = 1;

  /** @param {any[]} sites */
  function indexOf(sites) {
    const stack = sites.map((site) => `    at ${site}`).filter((line) => !OWN.test(line)).join('\n').slice(0, MAX_LENGTH);
    const index = known.get(stack);
    if (index !== undefined) return index;
    if (known.size + 1 >= most) return 0;
    add(stack);
    known.set(stack, known.size + 1);
    return known.size;
  }

  /** @type {Capture} */
  let capture;
  try {
    capture = openRealm(indexOf);
  } catch (error) {
    // Straight to stderr: `console` would create resources.
    /** @type {any} */ (process)._rawDebug(`async-hooks-rs: recording without stacks, which cannot be taken here: ${error}`);
    return null;
  }

  return (above) => {
    untilNext -= 1;
    if (untilNext > 0) return 0;
    untilNext = every;
    try {
      return capture(above);
    } catch {
      // The program has used up its own stack, most likely. Only it may find out.
      return 0;
    }
  };
}

module.exports = { openRealm, stackTaker };
