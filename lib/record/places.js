'use strict';

/**
 * Where resources are created, of most of them and for little: within a share of the thread's time.
 *
 * Resources that come about in the same way come from the same place. So they are told apart by kind: by type, by the place
 * of what runs and of the trigger, by the route of the request that they are made for, by what was made before in the same run
 * and by how much. The first few of a kind are looked at, and from then on ever fewer. Where one of them had another place than
 * the others, the kind is mixed, and each of it is looked at. What there is no time for has no place, rather than a wrong one.
 *
 * V8 takes stacks in a realm of the recorder's own (`stacks.js`). Of a stack, the frames down to the first one of the
 * program's own files are kept.
 */

const { performance } = require('node:perf_hooks');

const {
  layout: { promiseType: PROMISE },
} = require('./ring');
const { openRealm } = require('./stacks');

/** The program may put others there. */
const now = performance.now.bind(performance);
const { imul, max, min } = Math;

/** Kinds that are told apart, a power of two; those beyond are looked at each time. */
const KINDS = 1 << 15;
const PROBES = 8;
/** So many of a kind are looked at first. */
const FIRST = 3;
/** One in so many is looked at afterwards: at first, then twice as many each time, and at last. */
const OFTEN = 4;
const SELDOM = 256;
/** Resources whose places and routes are remembered, by their ids; a power of two. */
const REMEMBERED = 1 << 14;
/** What is remembered of one: its place below this, and the number of its route in the bits from here on. */
const ROUTE_SHIFT = 16;
const ROUTE_BITS = -1 << ROUTE_SHIFT;
/** Resources of one run are told apart up to here. */
const MOST_ORDINALS = 255;
/** Numbers of a kind: its hash, the place, how many were looked at, and how many come until the next one is. */
const KIND = 4;
const PLACE = 1;
const STATE = 2;
const UNTIL_CHECK = 3;
/** The state of a kind beyond the first few. */
const MIXED = 255;

/** Milliseconds that may be spent at once. */
const BURST = 20;
/**
 * Milliseconds by which looks may overdraw: the first ones of new kinds and those of mixed ones. Promises leave the rest to what
 * the program waits for, of which there is much less.
 */
const OVERDRAFT = 100;
const [FIRST_OTHERS, MIXED_OTHERS, FIRST_PROMISES, MIXED_PROMISES] = [-OVERDRAFT, -OVERDRAFT * 0.75, -OVERDRAFT / 2, 0];
/** Of the looks that there was no time for, one in so many asks whether there is time again; a power of two. */
const PATIENCE = 32;
/** So much a look costs at most: what took longer was interrupted, and is not its doing. */
const COST = 0.25;
/** A thread that creates nothing for longer waits, most likely: time that it did not use gives no share. */
const BUSY = 5;

/**
 * @param {number} share of the thread's time that may be spent, in percent
 * @param {Pick<import('./ring').RecorderRing, 'addStack' | 'counters' | 'ages'>} ring
 * @param {{ stacks: number, agingStacks: number }} layout
 */
function placeTaker(share, ring, layout) {
  const capture = openRealm(false, ring, layout, forget);

  // What belongs together stands together, so that it is in the cache together: this runs for every promise.
  const kinds = new Int32Array(KINDS * KIND);
  const remembered = new Int32Array(REMEMBERED * 2);

  /** The run that resources are created in, as far as it is the same one, with its place and its route. */
  let runId = -1;
  let runPlace = 0;
  let lastPlace = 0;
  let ordinal = 0;

  /** Milliseconds that may be spent, and when that was looked at last. */
  let credit = OVERDRAFT;
  let looked = now();
  /** So many looks that there was no time for. */
  let unseen = 0;

  /** Numbers of stacks come to stand for others: what was learnt of places is nothing any more. */
  let generation = 0;
  function forget() {
    generation += 1;
    kinds.fill(0);
    for (let at = 1; at < remembered.length; at += 2) remembered[at] &= ROUTE_BITS;
    runPlace &= ROUTE_BITS;
    lastPlace = 0;
  }

  /**
   * @param {number} asyncId
   * @returns {number} its place, with the route in the upper bits
   */
  function placeOf(asyncId) {
    const low = asyncId | 0;
    const at = (low & (REMEMBERED - 1)) * 2;
    return remembered[at] === low ? remembered[at + 1] : 0;
  }

  /** @param {number} hash */
  function kindOf(hash) {
    for (let i = 0; i < PROBES; i++) {
      const at = ((hash + i) & (KINDS - 1)) * KIND;
      if (kinds[at] === hash) return at;
      if (kinds[at] === 0) {
        kinds[at] = hash;
        return at;
      }
    }
    return -1;
  }

  /**
   * @param {Function} above
   * @param {number} least credit that this may be done with
   * @returns {number} -1 where there is no time for it
   */
  function look(above, least) {
    // Reading the clock costs more than all else here: where there was no time, there will not be any soon.
    if (credit < least) {
      unseen += 1;
      if ((unseen & (PATIENCE - 1)) !== 0) return -1;
    }
    const began = now();
    credit = min(BURST, credit + (min(began - looked, BUSY) * share) / 100);
    looked = began;
    if (credit < least) return -1;
    let place = 0;
    try {
      place = capture(above);
    } catch {
      // The program has used up its own stack, most likely. Only it may find out.
    }
    looked = now();
    credit -= min(looked - began, COST);
    return place;
  }

  /**
   * @param {number} kind -1 for one that has no room
   * @param {boolean} isPromise
   * @param {Function} above
   * @returns {number} the index of the stack plus one, 0 where it is not known
   */
  function placeOfKind(kind, isPromise, above) {
    const least = isPromise ? MIXED_PROMISES : MIXED_OTHERS;
    if (kind < 0) return max(look(above, least), 0);
    const state = kinds[kind + STATE];
    const known = kinds[kind + PLACE];
    const before = generation;
    if (state < FIRST) {
      const place = look(above, isPromise ? FIRST_PROMISES : FIRST_OTHERS);
      if (place < 0) return 0;
      if (generation !== before) return place;
      if (state === 0) kinds[kind + PLACE] = place;
      kinds[kind + STATE] = state === 0 || known === place ? state + 1 : MIXED;
      kinds[kind + UNTIL_CHECK] = OFTEN;
      return place;
    }
    if (state === MIXED) return max(look(above, least), 0);
    kinds[kind + UNTIL_CHECK] -= 1;
    if (kinds[kind + UNTIL_CHECK] > 0) return known;
    const every = min(OFTEN << (state - FIRST + 1), SELDOM);
    kinds[kind + UNTIL_CHECK] = every;
    if (every < SELDOM) kinds[kind + STATE] = state + 1;
    const place = look(above, BURST / 2);
    if (generation !== before) return max(place, 0);
    if (place < 0 || place === known) return known;
    kinds[kind + STATE] = MIXED;
    return place;
  }

  return {
    /** Another run begins or goes on: something is entered or left. */
    turn() {
      runId = -1;
    },

    /**
     * What runs is at a request of another route from here on, and so is what it leads to.
     * @param {number} asyncId of the connection
     * @param {number} route its number; 0 where it is one of many
     */
    routed(asyncId, route) {
      const low = asyncId | 0;
      const at = (low & (REMEMBERED - 1)) * 2;
      const place = (placeOf(asyncId) & ~ROUTE_BITS) | (route << ROUTE_SHIFT);
      remembered[at] = low;
      remembered[at + 1] = place;
      if (runId === asyncId) runPlace = place;
    },

    /**
     * @param {number} asyncId of a new resource
     * @param {number} type its index
     * @param {number} triggerId
     * @param {number} currentId
     * @param {Function} above Leaves out the frames up to that of a function.
     * @returns {number} the index of its stack plus one, 0 where it is not known
     */
    of(asyncId, type, triggerId, currentId, above) {
      if (currentId !== runId) {
        runId = currentId;
        runPlace = placeOf(currentId);
        lastPlace = 0;
        ordinal = 0;
      }
      const triggerPlace = triggerId === currentId ? runPlace : placeOf(triggerId);
      let hash = imul(type + 1, 0x9e3779b1) ^ imul(runPlace + 1, 0x85ebca6b);
      hash = imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ imul(triggerPlace + 1, 0x297a2d39);
      hash = imul(hash ^ (hash >>> 13), 0x27d4eb2f) ^ imul(lastPlace + 1, 0x165667b1);
      hash = imul(hash ^ (hash >>> 16), 0x9e3779b1) + ordinal;
      hash = imul(hash ^ (hash >>> 15), 0x85ebca6b) | 1;
      const place = placeOfKind(kindOf(hash), type === PROMISE, above);
      if (ordinal < MOST_ORDINALS) ordinal += 1;
      lastPlace = place;
      const low = asyncId | 0;
      const at = (low & (REMEMBERED - 1)) * 2;
      remembered[at] = low;
      remembered[at + 1] = place | (runPlace & ROUTE_BITS);
      return place;
    },
  };
}

/** @typedef {ReturnType<typeof placeTaker>} PlaceTaker */

module.exports = { placeTaker };
