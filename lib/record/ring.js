'use strict';

/**
 * This thread's ring: the memory that JavaScript stores events in and a thread of Rust reads
 * (`docs/recorder.md`), and what is told of types and stacks in words.
 */

const { invalidArgType } = require('../node/errors');
const { native } = require('../engine/thread');
const { OwnMap } = require('../engine/own');

const layout = Object.freeze(native.recorderLayout());

const {
  minCapacity: MIN_CAPACITY,
  capacity: MAX_CAPACITY,
  firstSlot,
  next: NEXT,
  limit: LIMIT,
  dropped: DROPPED,
  maxTypes: MAX_TYPES,
} = layout;

const FACTS = Object.freeze(native.recorderFacts());

/** The type of promises is the first one. */
const PROMISE = 'PROMISE';
/** What all types are called when there are too many to tell apart. */
const OTHERS = '(further types)';
/** What is counted where an event of a recorded resource finds no room. */
const STEPS = '(steps of recorded resources)';
/** Names that are remembered, of types that nobody wants. */
const MAX_UNWANTED = 4096;

/**
 * @param {number} [slots] as was asked for
 * @returns {number} slots of a ring
 */
function capacityOf(slots = MAX_CAPACITY) {
  if (Number.isInteger(slots) && slots >= MIN_CAPACITY && slots <= MAX_CAPACITY) return slots;
  throw invalidArgType('options.slots', `an integer from ${MIN_CAPACITY} to ${MAX_CAPACITY}`, slots);
}

/** @typedef {NonNullable<ReturnType<typeof openRing>>} RecorderRing */

/**
 * This thread takes part in the recording of the process, which starts where there is none.
 *
 * Each recording has a memory of its own: what still holds the ring of one that is over finds no room in it, and does not
 * write into the next one.
 * @param {{ worker: number, name: string, types: Set<string> | null, samples: boolean, capacity: number, insists: boolean }} options
 * @param {import('../engine/native').RecordingStart} start
 * @returns null where there is no recording, and it does not insist on one
 */
function openRing({ worker, name, types: wanted, samples, capacity, insists }, start) {
  const size = (firstSlot + capacity) * Float64Array.BYTES_PER_ELEMENT;
  const all = new Float64Array(new SharedArrayBuffer(size));
  const words = new Int32Array(all.buffer);
  const slots = all.subarray(firstSlot);
  const functions = native.joinRecording(all, { worker, name, filtered: wanted !== null, samples, insists }, start);
  if (functions === null) return null;
  const {
    file,
    ages,
    stamp,
    makeRoom,
    addType,
    addStack,
    knowStacks,
    knownStack,
    learnStack,
    collected,
    addMark,
    addFact,
    addEnding,
    stats,
    isOver,
    stop,
    exit,
    release,
  } = functions;
  /** @type {Map<string, number>} */
  const types = new OwnMap();
  let count = 0;

  /**
   * @param {string} type one that was not asked for before
   * @returns {number} its index; -1 for one that is not wanted
   */
  function newType(type) {
    if (wanted !== null && !wanted.has(type)) {
      if (types.size < MAX_UNWANTED) types.set(type, -1);
      return -1;
    }
    if (count >= MAX_TYPES - 1 && type !== OTHERS) return types.get(OTHERS) ?? newType(OTHERS);
    addType(type);
    types.set(type, count);
    return count++;
  }

  // Both have their index before the first event: there may be no room for a name later.
  addType(PROMISE);
  addType(STEPS);
  count = 2;
  if (wanted === null || wanted.has(PROMISE)) types.set(PROMISE, 0);

  return {
    words,
    slots,
    stamp,
    makeRoom,
    addStack,
    counters: { knowStacks, knownStack, learnStack },
    collected,
    addEnding,
    file,
    ages,
    stats,
    isOver,
    stop,
    exit,
    release,

    /** Counts and reports from here on know all that is stored. */
    publish() {
      makeRoom();
    },

    /**
     * @param {string} type
     * @returns {number} -1 for one that is not wanted
     */
    indexOf(type) {
      return types.get(type) ?? newType(type);
    },

    /** @param {number} type its index */
    countDrop(type) {
      words[DROPPED + type] += 1;
    },

    /** @param {number} count */
    countLostSteps(count) {
      words[DROPPED + 1] += count;
    },

    /**
     * Tells what is known of a resource or a request besides its events.
     * @param {number} fact one of {@link FACTS}
     * @param {number} about
     * @param {string} text
     */
    tell(fact, about, text) {
      if (words[NEXT] >= words[LIMIT] && (makeRoom() & layout.hasRoom) === 0) return;
      addFact(text);
      const at = words[NEXT];
      slots[at] = about * layout.codes + layout.request;
      slots[at + 1] = layout.fact + fact * layout.delay;
      words[NEXT] = at + 2;
    },

    /**
     * @param {number} about a timer
     * @param {number} ms
     * @param {boolean} repeats
     */
    tellDelay(about, ms, repeats) {
      if (words[NEXT] >= words[LIMIT] && (makeRoom() & layout.hasRoom) === 0) return;
      const at = words[NEXT];
      slots[at] = about * layout.codes + layout.request;
      slots[at + 1] = layout.delay + ms + (repeats ? layout.repeats : 0);
      words[NEXT] = at + 2;
    },

    /** @param {string} text */
    mark(text) {
      if (words[NEXT] >= words[LIMIT] && (makeRoom() & layout.hasRoom) === 0) return false;
      addMark(text);
      slots[words[NEXT] + 1] = layout.mark;
      stamp();
      return true;
    },
  };
}

module.exports = { layout, FACTS, capacityOf, openRing };
