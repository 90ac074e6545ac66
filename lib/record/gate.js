'use strict';

/** Who may store an event: everybody, nearly always; and what is left out where the ring is full. */

const { Gaps } = require('./gaps');
const { FACTS, layout } = require('./ring');

const { hasRoom: HAS_ROOM, hasRoomForInit: HAS_ROOM_FOR_INIT, isOver: IS_OVER, limit: LIMIT, codes: CODES } = layout;

/** The highest id that an event has room for. Only the low-level API takes higher ones. */
const MAX_ID = Math.floor(Number.MAX_SAFE_INTEGER / CODES);

class Gate {
  /** Whether a resource was ever refused; until then none needs to be looked for. */
  hasRefused = false;
  #gaps = new Gaps();
  #ring;
  #whenOver;
  #isRefusing = false;

  /**
   * @param {import('./ring').RecorderRing} ring
   * @param {() => void} whenOver another thread has ended the recording; called at the next event
   */
  constructor(ring, whenOver) {
    this.#ring = ring;
    this.#whenOver = whenOver;
  }

  /**
   * For a new resource that finds the ring at its limit: it is full or at its end, or a tick has passed.
   * @param {number} asyncId
   * @param {number} type its index
   */
  admits(asyncId, type) {
    // There is no more room than before until a tick has passed, which takes the limit away.
    const isHopeless = this.#isRefusing && this.#ring.words[LIMIT] !== 0;
    if (!isHopeless && (this.#room() & HAS_ROOM_FOR_INIT) !== 0) return true;
    this.refuse(asyncId, type);
    return false;
  }

  /**
   * Leaves a resource out, and counts it.
   * @param {number} asyncId
   * @param {number} type its index
   */
  refuse(asyncId, type) {
    this.hasRefused = true;
    if (asyncId <= MAX_ID) this.#gaps.add(asyncId);
    this.#ring.countDrop(type);
  }

  /**
   * Leaves a resource out that is not the program's, and does not count it.
   * @param {number} asyncId
   */
  leaveOut(asyncId) {
    this.hasRefused = true;
    this.#gaps.add(asyncId);
    this.#gaps.close();
  }

  /**
   * Whether a resource is not recorded: it was refused, or its id has no room.
   * @param {number} asyncId
   */
  leavesOut(asyncId) {
    return asyncId > MAX_ID || (this.hasRefused && this.#gaps.has(asyncId));
  }

  /**
   * For a step of a recorded resource that finds the ring at its limit.
   * @param {number} [steps] how many there are in one
   */
  hasRoom(steps = 1) {
    if ((this.#room() & HAS_ROOM) !== 0) return true;
    this.#ring.countLostSteps(steps);
    return false;
  }

  #room() {
    // Once a tick, at an event that finds the limit: soon enough.
    const ago = this.#ring.collected();
    if (ago >= 0) this.#ring.tell(FACTS.collected, ago, '');
    const found = this.#ring.makeRoom();
    if ((found & IS_OVER) !== 0) this.#whenOver();
    this.#isRefusing = (found & HAS_ROOM_FOR_INIT) === 0;
    if (!this.#isRefusing) this.#gaps.close();
    return found;
  }
}

module.exports = { Gate };
