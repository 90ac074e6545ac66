'use strict';

/**
 * The loop around every workload: batches of operations, and after each batch a turn of
 * the event loop, where `destroy` is delivered and finalizers run as in a real program.
 */

/** @typedef {(size: number) => Promise<unknown>} Batch runs `size` operations; makes one promise of its own */

/**
 * What the loop itself causes per batch: the promise of the batch and that of the turn,
 * each awaited, and one Immediate.
 */
const LOOP_EVENTS = { init: 5, before: 3, after: 3, promiseResolve: 4 };

/**
 * @param {Batch} batch
 * @param {{ size: number, batches: number, warmUp: number }} extent
 * @param {() => void} mark called before and after the batches that count, which follow the warm-up
 */
async function loop(batch, { size, batches, warmUp }, mark) {
  for (let i = -warmUp; i < batches; i++) {
    if (i === 0) mark();
    await batch(size);
    await turn();
  }
  mark();
}

/** @returns {Promise<void>} */
function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * A batch of operations that end in a callback.
 * @param {(done: () => void) => unknown} operation
 * @returns {Batch}
 */
function batchOfCallbacks(operation) {
  return (size) =>
    new Promise((resolve) => {
      let left = size;
      const done = () => {
        left -= 1;
        if (left === 0) resolve(undefined);
      };
      for (let i = 0; i < size; i++) operation(done);
    });
}

module.exports = { LOOP_EVENTS, loop, turn, batchOfCallbacks };
