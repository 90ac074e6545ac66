'use strict';

/**
 * Where resources are created. V8 asks the realm of a stack for its depth and its format. So stacks are taken in a realm
 * of the recorder's own, out of the program's reach: it may freeze its `Error`, patch it or take it away, and format
 * stacks on its own, which it finds untouched. What is made of a stack is made there, too.
 */

const { createContext, runInContext } = require('node:vm');

/** Frames of a stack. */
const DEPTH = 16;
/** Characters of one. */
const MAX_LENGTH = 4096;

/** @typedef {(above: Function) => number} Capture Leaves out the frames up to that of a function. */
/** @typedef {(stack: string) => void} Add */
/** @typedef {(most: number, maxLength: number, add: Add) => (sites: any[]) => number} MakeReader */

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
 * @param {MakeReader} makeReader runs in the other realm from its source, too
 * @param {number} most stacks that can be told apart
 * @param {Add} add
 * @returns {Capture}
 */
function openRealm(makeReader, most, add) {
  const realm = createContext({}, { name: 'async-hooks-rs' });
  const filename = 'node:internal/async-hooks-rs/record/stacks';
  /** @param {Function} made */
  const inRealm = (made) => runInContext(`'use strict'; (${made})`, realm, { filename });
  return inRealm(prepareRealm)(DEPTH, inRealm(makeReader)(most, MAX_LENGTH, add));
}

/** @type {MakeReader} */
function readerOfStacks(most, maxLength, add) {
  /** Frames that say nothing about the program. */
  const own = /node:internal\/(?:async-hooks-rs|async_hooks|promise_hooks)/;
  /** @type {Map<string, number>} */
  const known = new Map();

  return (sites) => {
    const stack = sites.map((site) => `    at ${site}`).filter((line) => !own.test(line)).join('\n').slice(0, maxLength);
    const index = known.get(stack);
    if (index !== undefined) return index;
    if (known.size + 1 >= most) return 0;
    add(stack);
    known.set(stack, known.size + 1);
    return known.size;
  };
}

/**
 * @param {number} every one of so many resources
 * @param {number} most stacks that can be told apart
 * @param {Add} add
 * @returns {((above: Function) => number) | null} what answers the index of a stack plus one, 0 where there is none;
 *   null where no stacks can be taken, which stderr is told
 */
function stackTaker(every, most, add) {
  let untilNext = 1;

  /** @type {Capture} */
  let capture;
  try {
    capture = openRealm(readerOfStacks, most, add);
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
