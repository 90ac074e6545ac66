'use strict';

/**
 * Where resources are created. V8 asks the realm of a stack for its depth and its format. So stacks are taken in a realm
 * of the recorder's own, out of the program's reach: it may freeze its `Error`, patch it or take it away, and format
 * stacks on its own, which it finds untouched. What is made of a stack is made there, too.
 */

const { createContext, runInContext } = require('node:vm');

const { trunc } = Math;

/** Frames of a stack. */
const DEPTH = 16;
/** Characters of one. */
const MAX_LENGTH = 4096;

/**
 * What is answered for a stack: its index plus one, 0 where there is none, times this, plus the frames that decide it; 0
 * where others may have the same frames.
 */
const FRAMES = 64;
/** Frames that may be between the one that looks and the first one that counts: the recorder's, and V8's way to its hooks. */
const ABOVE = 11;
/** A frame that counts, and what V8 may have put before it. */
const PER_FRAME = 2;
/** One stack in so many is looked at though it is known. */
const EVERY = 1024;
/** So many that were others than known, and counters are not asked any more. */
const MOST_WRONG = 4;

/** @typedef {(above: Function) => number} Capture Leaves out the frames up to that of a function. */
/** @typedef {(stack: string) => void} Add */
/** @typedef {(sites: any[]) => number} Read what is answered for the frames */
/** @typedef {Pick<import('../engine/functions').RecorderFunctions, 'knowStacks' | 'knownStack' | 'learnStack'>} Counters */

/**
 * Runs in the other realm from its source, so it uses nothing from around it.
 * @param {number} depth
 * @param {Read} read
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
 * Runs in the other realm, too.
 * @param {boolean} isWhole whether all frames are kept, else those down to the first one of the program's own files
 * @param {number} most stacks that can be told apart
 * @param {boolean} ages whether numbers are given again when that many were given
 * @param {number} depth of a stack that is not whole
 * @param {number} maxFrames see {@link FRAMES}
 * @param {number} maxLength
 * @param {Add} add
 * @param {() => void} renew called when the stacks that are known have to be forgotten
 * @returns {Read}
 */
function makeReader(isWhole, most, ages, depth, maxFrames, maxLength, add, renew) {
  /** Files that are known at once: code that is made by the program may have any number of names. */
  const mostFiles = 1 << 14;
  /** What a file is. Frames of the recorder say nothing about the program. */
  const [ofRecorder, ofNode, ofPackage, ofProgram] = [0, 1, 2, 3];
  const recorder = /^node:internal\/(?:async-hooks-rs|async_hooks|promise_hooks)/;

  /** @type {Map<string, { number: number, kind: number }>} */
  const files = new Map();
  let numbers = 0;
  /** The index of each stack plus one, by a number made of its frames. @type {Map<number, number>} */
  const stacks = new Map();
  /** How many numbers were given. */
  let given = 0;

  /** @param {any} name */
  function kindOfFile(name) {
    if (typeof name !== 'string' || name === '' || name === 'native') return ofNode;
    if (name.startsWith('node:')) return recorder.test(name) ? ofRecorder : ofNode;
    return /[\\/]node_modules[\\/]/.test(name) ? ofPackage : ofProgram;
  }

  /** @param {any} name */
  function fileOf(name) {
    let file = files.get(name);
    if (file === undefined) {
      if (files.size === mostFiles) files.clear();
      file = { number: (numbers += 1), kind: kindOfFile(name) };
      files.set(name, file);
    }
    return file;
  }

  /**
   * Two mixing steps in doubles keep 53 bits apart well enough for some ten thousand stacks.
   * @param {number} hash
   * @param {number} number
   * @param {number} position
   */
  const mixed = (hash, number, position) => (hash * 31 + number * 0x9e3779b1 + position) % 9007199254740881;

  /**
   * @param {any[]} sites
   * @param {number} hash
   */
  function indexOf(sites, hash) {
    const known = stacks.get(hash);
    if (known !== undefined) return known;
    if (ages) {
      // One half of the numbers is given again while what has those of the other one is still in use.
      if (given > 0 && given % (most / 2) === 0) {
        stacks.clear();
        renew();
      }
    } else if (given + 1 >= most) {
      return 0;
    }
    add(
      sites
        .map((site) => `    at ${site}`)
        .join('\n')
        .slice(0, maxLength),
    );
    const stack = (given % most) + 1;
    given += 1;
    stacks.set(hash, stack);
    return stack;
  }

  /**
   * What awaits is no frame, and is shown below where there is room: then the frames do not decide what is shown.
   * @param {any[]} sites
   */
  const wholeFrames = (sites) => (sites.length === depth && !sites[depth - 1].isAsync() ? depth : 0);

  /** @type {Read} */
  function whole(sites) {
    let hash = 0;
    const kept = [];
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i];
      const name = site.getScriptNameOrSourceURL();
      const { number, kind } = fileOf(name);
      if (kind === ofRecorder) continue;
      // A frame of V8's own has no file: `new Promise`, `Promise.all (index 1)`.
      hash = mixed(hash, name === null || name === undefined ? fileOf(`<${site.getFunctionName()}>`).number : number, site.getPosition());
      kept.push(site);
    }
    return indexOf(kept, hash) * maxFrames + wholeFrames(sites);
  }

  /** @type {Read} */
  function downToProgram(sites) {
    let hash = 0;
    let frames = wholeFrames(sites);
    let deepest = -1;
    for (let i = 0; i < sites.length; i++) {
      const site = sites[i];
      const name = site.getScriptNameOrSourceURL();
      const { number, kind } = fileOf(name);
      if (kind < ofPackage) {
        // `new Promise`, `then` and `await` are told apart at the same place.
        if (name === null || name === undefined) hash = hash * 31 + fileOf(`<${site.getFunctionName()}>`).number;
        continue;
      }
      hash = mixed(hash, number, site.getPosition());
      deepest = i;
      if (kind === ofProgram) {
        frames = site.isAsync() ? 0 : i + 1;
        break;
      }
    }
    return deepest < 0 ? 0 : indexOf(sites.slice(0, deepest + 1), hash) * maxFrames + frames;
  }

  return isWhole ? whole : downToProgram;
}

/**
 * @param {boolean} isWhole
 * @param {Pick<import('./ring').RecorderRing, 'addStack' | 'counters' | 'ages'>} ring
 * @param {{ stacks: number, agingStacks: number }} layout
 * @param {() => void} renewed called when numbers of stacks come to stand for others
 * @returns {Capture} what answers the index of a stack plus one, 0 where there is none
 */
function openRealm(isWhole, { addStack, counters, ages }, { stacks, agingStacks }, renewed) {
  const most = ages ? agingStacks : stacks;
  const renew = () => {
    counters.knowStacks();
    renewed();
  };
  const realm = createContext({}, { name: 'async-hooks-rs' });
  const filename = 'node:internal/async-hooks-rs/record/stacks';
  /** @param {Function} made */
  const inRealm = (made) => runInContext(`'use strict'; (${made})`, realm, { filename });
  const capture = inRealm(prepareRealm)(DEPTH, inRealm(makeReader)(isWhole, most, ages, DEPTH, FRAMES, MAX_LENGTH, addStack, renew));
  return knowsStacks(counters) ? quicker(capture, counters, EVERY) : (above) => trunc(capture(above) / FRAMES);
}

/**
 * Whether stacks can be known here: the same one is, and another is not.
 * @param {Counters} counters
 */
function knowsStacks({ knowStacks, knownStack, learnStack }) {
  if (!knowStacks()) return false;
  let found = '';
  for (let i = 0; i < 3; i++) {
    const one = knownStack();
    if (one === 0) learnStack(1, 1);
    const other = knownStack();
    if (other === 0) learnStack(2, 1);
    found += `${one}${other} `;
  }
  return found === '00 12 12 ';
}

/**
 * @param {Capture} capture
 * @param {Counters} counters
 * @param {number} every one of so many known stacks is looked at
 * @returns {Capture}
 */
function quicker(capture, { knownStack, learnStack }, every) {
  let untilCheck = every;
  let wrong = 0;

  return (above) => {
    if (wrong > MOST_WRONG) return trunc(capture(above) / FRAMES);
    const known = knownStack();
    if (known !== 0) {
      untilCheck -= 1;
      if (untilCheck > 0) return known;
      untilCheck = every;
    }
    const taken = capture(above);
    const stack = trunc(taken / FRAMES);
    const frames = taken % FRAMES;
    if (known !== 0 && known !== stack) {
      // What is further down decides.
      wrong += 1;
      learnStack(stack, FRAMES);
    } else if (known === 0 && frames > 0 && stack > 0) {
      learnStack(stack, ABOVE + PER_FRAME * frames);
    }
    return stack;
  };
}

/**
 * @param {number} every one of so many resources
 * @param {Pick<import('./ring').RecorderRing, 'addStack' | 'counters' | 'ages'>} ring
 * @param {{ stacks: number, agingStacks: number }} layout
 * @returns {import('./places').PlaceTaker | null} null where no stacks can be taken, which stderr is told
 */
function stackTaker(every, ring, layout) {
  let untilNext = 1;

  /** @type {Capture} */
  let capture;
  try {
    capture = openRealm(true, ring, layout, () => {});
  } catch (error) {
    // Straight to stderr: `console` would create resources.
    /** @type {any} */ (process)._rawDebug(`async-hooks-rs: recording without stacks, which cannot be taken here: ${error}`);
    return null;
  }

  return {
    turn() {},
    routed() {},

    of(asyncId, type, triggerId, currentId, above) {
      untilNext -= 1;
      if (untilNext > 0) return 0;
      untilNext = every;
      try {
        return capture(above);
      } catch {
        // The program has used up its own stack, most likely. Only it may find out.
        return 0;
      }
    },
  };
}

module.exports = { openRealm, stackTaker };
