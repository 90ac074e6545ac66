'use strict';
/**
 * The end of a compared thread: once nothing is left to do, only destroys are recorded, and the garbage is
 * collected a few times. So both modules have had the same chance to report every dead resource.
 */

/** @typedef {import('./recording').Recording} Recording */

// A resource may be held by another one that is garbage too, and a destroy takes a turn or two of the loop. The
// number is fixed, not "until no more arrive", because hooks of the script see these turns: they must be as many
// with the one module as with the other.
const ROUNDS = 5;

/**
 * @param {Recording[]} recordings
 * @returns {{settled: boolean}} `settled` becomes true when the thread ended by itself and its garbage is collected
 */
function onEnding(recordings) {
  const { setImmediate } = globalThis;
  const collectGarbage = /** @type {() => void} */ (globalThis.gc);
  const ending = { settled: false };
  let eventsBefore = -1;

  /** @param {() => void} callback */
  function nextTurn(callback) {
    for (const recording of recordings) recording.own = true;
    setImmediate(callback);
    for (const recording of recordings) recording.own = false;
  }

  // Other listeners run after this one and may start new work, so the decision is taken a turn later.
  process.on('beforeExit', () =>
    nextTurn(() => {
      const { length } = recordings[0].events;
      const nothingNew = length === eventsBefore;
      eventsBefore = length;
      if (nothingNew || process.getActiveResourcesInfo().length === 0) settle();
    }),
  );

  function settle() {
    // The turns taken here would emit it again.
    process.removeAllListeners('beforeExit');
    for (const recording of recordings) recording.wanted = 'destroys';
    collect(ROUNDS);
  }

  /** @param {number} rounds */
  function collect(rounds) {
    if (rounds === 0) {
      ending.settled = true;
      return;
    }
    collectGarbage();
    nextTurn(() => nextTurn(() => collect(rounds - 1)));
  }

  return ending;
}

module.exports = { onEnding };
