'use strict';

/** Where resources are created: stacks as V8 gives them, each told once. */

/** Frames of a stack. */
const DEPTH = 16;
/** Characters of one. */
const MAX_LENGTH = 4096;
/** Frames that say nothing about the program. */
const OWN = /node:internal\/(async-hooks-rs|async_hooks|promise_hooks)/;

/** @param {Error} error @param {NodeJS.CallSite[]} sites */
function format(error, sites) {
  return sites.map((site) => `    at ${site}`).filter((line) => !OWN.test(line)).join('\n').slice(0, MAX_LENGTH);
}

/**
 * @param {number} every one resource of so many gets a stack
 * @param {number} most stacks that can be told apart; those beyond are left out
 * @param {(stack: string) => void} add
 * @returns {(above: Function) => number} the index of the current stack plus one; 0 for none
 */
function stackTaker(every, most, add) {
  /** @type {Map<string, number>} */
  const known = new Map();
  let untilNext = 1;

  /** @param {string} stack */
  function indexOf(stack) {
    const index = known.get(stack);
    if (index !== undefined) return index;
    if (known.size + 1 >= most) return 0;
    add(stack);
    known.set(stack, known.size + 1);
    return known.size;
  }

  return (above) => {
    untilNext -= 1;
    if (untilNext > 0) return 0;
    untilNext = every;
    return indexOf(currentStack(above));
  };
}

/**
 * The program's own formatting is out of the way meanwhile, for it could do anything.
 * @param {Function} above frames up to that of this function are left out
 */
function currentStack(above) {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder = { stack: '' };
  Error.prepareStackTrace = format;
  Error.stackTraceLimit = DEPTH;
  Error.captureStackTrace(holder, above);
  const { stack } = holder;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return stack;
}

module.exports = { stackTaker };
