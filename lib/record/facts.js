'use strict';

/**
 * Tells what the program's own words say of its resources (`words.js`), for how long timers run, which resources keep the
 * process alive, and what ended it. It reads what Node has on the resources, and leaves everything as it is.
 */

const { performance } = require('node:perf_hooks');

const { executionAsyncId } = require('../engine/contexts');
const { handlers, native } = require('../engine/thread');
const { OwnMap, OwnWeakRef, slice, textOf } = require('../engine/own');
const { FACTS } = require('./ring');
const { followWorkers } = require('./workers');
const { CONNECTING, HANDLES, hasOwner, holds, saysWhat, wordsOf, wordsOfOwner } = require('./words');

/** The program may put others there. */
const now = performance.now.bind(performance);
const { min, trunc } = Math;

/** The longest delay that is told, in milliseconds: Node takes a longer one for 1. */
const LONGEST = 2 ** 31 - 1;
/** A timer that runs for so many milliseconds, or again and again, may keep a process alive for longer than people wait. */
const LONG = 300;
/** So many that keep the process alive are told, and so many resources are looked at for it. */
const MOST_HELD = 2000;
const MOST_REMEMBERED = 100_000;
/** So often an owner is asked again for what it did not know at once, as a socket where it leads to. */
const TRIES = 30;
/** Of the thread's time, one part in so many goes into looking at them, where they are many. */
const PART = 100;
const FEW = 64;
/** Milliseconds that pass at most before they are looked at again. */
const PAUSE = 100;
const MAX_LENGTH = 300;
const CRASH_LENGTH = 8000;

class Facts {
  #ring;
  /** Whether a type is of interest, by its index. @type {Array<number | undefined>} */
  #interest = [];
  /** Those that may keep the process alive. @type {Map<number, { type: string, resource: WeakRef<any>, tries: number }>} */
  #remembered = new OwnMap();
  #isAsked = false;
  #isOver = false;
  #held = '';
  /** When the next look is due, in milliseconds. */
  #due = 0;
  #endTurns;
  #endWorkers;
  #withArguments;

  /**
   * @param {import('./ring').RecorderRing} ring
   * @param {boolean} withArguments of child processes
   */
  constructor(ring, withArguments) {
    this.#ring = ring;
    this.#withArguments = withArguments;
    this.#endTurns = followTurns(() => this.#turned());
    this.#endWorkers = followWorkers((asyncId, words) => this.#does(asyncId, words));
    try {
      ring.tell(FACTS.folder, 0, process.cwd());
    } catch {
      /* The folder is gone. */
    }
  }

  end() {
    if (!this.#isOver) this.#look();
    this.#isOver = true;
    this.#remembered.clear();
    this.#endTurns();
    this.#endWorkers();
  }

  /**
   * @param {number} asyncId
   * @param {string} type
   * @param {number} index of the type
   * @param {any} resource
   * @param {number} triggerAsyncId
   */
  created(asyncId, type, index, resource, triggerAsyncId) {
    const interest = this.#interest[index] ?? (this.#interest[index] = interestOf(type));
    if (interest === NOTHING) return;
    try {
      if (interest === TIMER) {
        this.#timer(asyncId, type, resource);
      } else if (interest === HANDLE) {
        this.#remember(asyncId, type, resource);
      } else {
        const words = wordsOf(type, resource);
        this.#does(asyncId, words);
        // The socket may be gone before it is looked at.
        if (words && CONNECTING.has(type) && this.#remembered.has(triggerAsyncId)) {
          this.#does(triggerAsyncId, `connection to ${slice(words, 'connecting to '.length)}`);
        }
      }
    } catch {
      /* Somebody else's resource of the name, or one that Node has changed. */
    }
  }

  /** @param {number} asyncId */
  gone(asyncId) {
    if (this.#remembered.delete(asyncId)) this.#ask();
  }

  /** @param {unknown} error that nobody has handled */
  crash(error) {
    try {
      const { stack } = /** @type {any} */ (error) ?? {};
      this.#ring.tell(FACTS.crash, executionAsyncId(), slice(typeof stack === 'string' ? stack : textOf(error), 0, CRASH_LENGTH));
    } catch {
      /* It cannot be shown. */
    }
  }

  /**
   * @param {number} asyncId
   * @param {string} type
   * @param {any} timer
   */
  #timer(asyncId, type, timer) {
    const { _idleTimeout: ms, _repeat: repeat } = timer;
    if (!(ms >= 0)) return;
    this.#ring.tellDelay(asyncId, min(trunc(ms), LONGEST), repeat != null);
    if (ms >= LONG || repeat) this.#remember(asyncId, type, timer);
  }

  /**
   * @param {number} asyncId
   * @param {string} type
   * @param {any} resource
   */
  #remember(asyncId, type, resource) {
    if (this.#remembered.size >= MOST_REMEMBERED) return;
    this.#remembered.set(asyncId, { type, resource: new OwnWeakRef(resource), tries: hasOwner(type) ? TRIES : 0 });
    this.#ask();
  }

  /**
   * @param {number} asyncId
   * @param {string | undefined} words
   */
  #does(asyncId, words) {
    if (words) this.#ring.tell(FACTS.does, asyncId, slice(words, 0, MAX_LENGTH));
  }

  /** What keeps the process alive has changed: it is looked at before the event loop waits. */
  #ask() {
    if (this.#isAsked || this.#isOver) return;
    this.#isAsked = true;
    native.askTurn();
  }

  #turned() {
    if (!this.#isAsked || this.#isOver) return;
    const began = now();
    if (began < this.#due && this.#remembered.size > FEW) {
      // It is asked for again with the next change, or the next time that the loop turns for another reason.
      native.askTurn();
      return;
    }
    this.#isAsked = false;
    this.#look();
    const ended = now();
    this.#due = ended + min((ended - began) * PART, PAUSE);
  }

  /** Tells what keeps the process alive, where that is something else than before. */
  #look() {
    let held = '';
    let count = 0;
    let isUntold = false;
    this.#remembered.forEach((entry, asyncId) => {
      const resource = entry.resource.deref();
      if (resource === undefined) {
        this.#remembered.delete(asyncId);
        return;
      }
      try {
        if (entry.tries > 0) {
          this.#tellOwner(asyncId, entry, resource);
          isUntold ||= entry.tries > 0;
        }
        if (count === MOST_HELD || !holds(entry.type, resource)) return;
        held += count === 0 ? asyncId : `,${asyncId}`;
        count += 1;
      } catch {
        /* Somebody else's resource of the name. */
      }
    });
    if (isUntold) this.#ask();
    if (held === this.#held) return;
    this.#held = held;
    this.#ring.tell(FACTS.holds, 0, held);
  }

  /**
   * @param {number} asyncId
   * @param {{ type: string, tries: number }} entry
   * @param {any} resource
   */
  #tellOwner(asyncId, entry, resource) {
    entry.tries -= 1;
    const told = wordsOfOwner(entry.type, resource, this.#withArguments);
    if (!told) return;
    entry.tries = 0;
    this.#does(asyncId, told);
  }
}

const NOTHING = 0;
const TIMER = 1;
const HANDLE = 2;
const OPERATION = 3;

/**
 * @param {() => void} listener
 * @returns {() => void} what ends it
 */
function followTurns(listener) {
  const former = handlers.turn;
  let isOver = false;
  const turn = () => {
    former();
    if (!isOver) listener();
  };
  handlers.turn = turn;
  return () => {
    isOver = true;
    if (handlers.turn === turn) handlers.turn = former;
  };
}

/** @param {string} type */
function interestOf(type) {
  if (type === 'Timeout') return TIMER;
  if (HANDLES.has(type)) return HANDLE;
  return saysWhat(type) ? OPERATION : NOTHING;
}

module.exports = { Facts };
