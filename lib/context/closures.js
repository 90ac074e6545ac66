'use strict';

/** In which context each closure was made, and which of them run in another one. The transform makes programs call this. */

const { GLOBAL } = require('./marks');
const { builtin } = require('./node');
const { currentFrame } = require('./current');
const { NODES, stepsAbove } = require('./places');
const { literalOf } = require('./sources');

/** Closures out of their context that are remembered. */
const MOST = 64;
/** Contexts that are told apart in which closures of one call have run. */
const MOST_CONTEXTS = 6;
/** Bits of an integer. */
const BITS = 31;

/** One call of a function, for the functions that are made in it. */
class Activation {
  /** Which of them have run in the context in which they were made; a bit for each. */
  atHome = 0;
  /** The other contexts in which each of them has run. @type {Map<number, (import('./tokens').Frame | undefined)[]> | null} */
  elsewhere = null;

  /** @param {import('./tokens').Frame} frame */
  constructor(frame) {
    this.frame = frame;
  }
}

/**
 * A closure that runs in another context than it was made in.
 * @typedef {object} Mismatch
 * @property {string} tag
 * @property {number} number
 * @property {number} execution the id of it
 * @property {import('./tokens').Frame | undefined} frame in which it runs
 * @property {Activation} activation in which it was made
 */

/** By what they are in the source: of each, the last one. @type {Map<string, Mismatch>} */
const mismatches = new Map();

/**
 * @param {unknown} activation in which the function was made that runs now; whatever a caller has given, for a generator
 * @param {number} number of the function
 * @param {string} tag of its file
 */
function announce(activation, number, tag) {
  try {
    told(activation, number, tag);
  } catch {
    // The program has used up its stack, most likely, and shall find out by itself.
  }
}

/**
 * @param {unknown} activation
 * @param {number} number
 * @param {string} tag
 */
function told(activation, number, tag) {
  if (!(activation instanceof Activation)) {
    if (mismatches.size > 0) mismatches.delete(`${tag}:${number}`);
    return;
  }
  const frame = currentFrame();
  if (frame === activation.frame) {
    activation.atHome |= 1 << (number % BITS);
    if (mismatches.size > 0) mismatches.delete(`${tag}:${number}`);
  } else {
    note(activation, number, tag, frame);
  }
}

/**
 * @param {Activation} activation
 * @param {number} number
 * @param {string} tag
 * @param {import('./tokens').Frame | undefined} frame
 */
function note(activation, number, tag, frame) {
  const key = `${tag}:${number}`;
  mismatches.delete(key);
  if (mismatches.size >= MOST) mismatches.delete(/** @type {string} */ (mismatches.keys().next().value));
  mismatches.set(key, { tag, number, execution: builtin.executionAsyncId(), frame, activation });
  activation.elsewhere ??= new Map();
  let contexts = activation.elsewhere.get(number);
  if (contexts === undefined) activation.elsewhere.set(number, (contexts = []));
  if (contexts.length < MOST_CONTEXTS && !contexts.includes(frame)) contexts.push(frame);
}

const announcer = {
  /** The context of this call, for the functions that are made in it. */
  n() {
    const frame = currentFrame();
    return frame === undefined ? undefined : new Activation(frame);
  },
  a: announce,
  /**
   * @param {unknown} value
   * @param {unknown} activation
   * @param {number} number
   * @param {string} tag
   */
  w(value, activation, number, tag) {
    announce(activation, number, tag);
    return value;
  },
  /** @param {unknown} value of what has changed the context */
  r(value) {
    return value;
  },
};

function giveToProgram() {
  Object.defineProperty(globalThis, GLOBAL, { value: Object.freeze(announcer) });
}

function hasMismatches() {
  return mismatches.size > 0;
}

/**
 * @param {string} tag
 * @param {number} number
 * @returns {Mismatch | undefined} where that function runs out of its context, in what runs now
 */
function mismatchOf(tag, number) {
  const found = mismatches.get(`${tag}:${number}`);
  if (found === undefined || found.frame !== currentFrame() || found.execution !== builtin.executionAsyncId()) return undefined;
  return found;
}

/**
 * A function that runs now, out of its context.
 * @typedef {object} Stray
 * @property {Mismatch} mismatch
 * @property {import('./sources').Literal} literal
 * @property {import('./places').Step} step where it is
 * @property {import('./places').Step | null} by the frame of the program or of a package that has called it, where there is one
 * @property {boolean} isEmitted whether an emitter has called it
 */

/**
 * @param {import('./places').Step[]} steps
 * @returns {Stray[]} from the innermost one outwards
 */
function straysAmong(steps) {
  /** @type {Stray[]} */
  const strays = [];
  if (mismatches.size === 0) return strays;
  for (let at = 0; at < steps.length && !steps[at].isAsync; at++) {
    if (steps[at].isSwitched) continue;
    const literal = literalOf(steps[at].place);
    const mismatch = literal === null ? undefined : mismatchOf(literal.tag, literal.number);
    if (literal === null || mismatch === undefined) continue;
    strays.push({ mismatch, literal, step: steps[at], ...callerIn(steps, at, literal) });
  }
  return strays;
}

/**
 * @param {import('./places').Step[]} steps
 * @param {number} from
 * @param {import('./sources').Literal} literal
 */
function callerIn(steps, from, literal) {
  let isEmitted = false;
  for (let at = from + 1; at < steps.length && !steps[at].isAsync; at++) {
    isEmitted ||= steps[at].isEmit;
    if (steps[at].place.kind !== NODES && literalOf(steps[at].place) !== literal) return { by: steps[at], isEmitted };
  }
  return { by: null, isEmitted };
}

/**
 * @param {Function} above
 * @returns {Stray[] | null} of the functions that run now
 */
function currentStrays(above) {
  const execution = builtin.executionAsyncId();
  const frame = currentFrame();
  let isAny = false;
  for (const each of mismatches.values()) isAny ||= each.execution === execution && each.frame === frame;
  const strays = isAny ? straysAmong(stepsAbove(above)) : [];
  return strays.length > 0 ? strays : null;
}

/**
 * Whether a closure is made for more than one context: it ran in two or more.
 * @param {Mismatch} mismatch
 * @param {import('./storages').Storage} storage
 * @param {boolean} countsHome
 */
function isShared(mismatch, storage, countsHome) {
  const { activation, number } = mismatch;
  const contexts = (activation.elsewhere?.get(number) ?? []).map((frame) => frame?.tokenOf(storage)?.root);
  if (countsHome && wasAtHome(mismatch)) contexts.push(activation.frame.tokenOf(storage)?.root);
  return new Set(contexts.filter((each) => each !== undefined)).size > 1;
}

/**
 * Whether it also ran in the context in which it was made.
 * @param {Mismatch} mismatch
 */
function wasAtHome({ activation, number }) {
  return (activation.atHome & (1 << (number % BITS))) !== 0;
}

module.exports = { currentStrays, giveToProgram, hasMismatches, isShared, straysAmong, wasAtHome };
