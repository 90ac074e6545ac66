'use strict';

/** Hooks that count what they are told, and do nothing else. */

/** @typedef {'init' | 'before' | 'after' | 'destroy' | 'promiseResolve'} EventName */
/** @typedef {Record<EventName, number>} Counts */

/** The callbacks that the rows have in their hooks. */
const FIVE = /** @type {EventName[]} */ (['init', 'before', 'after', 'destroy', 'promiseResolve']);
const FOUR = /** @type {EventName[]} */ (['init', 'before', 'after', 'destroy']);

/** One hook, with callbacks that no other hook shares. */
class Counter {
  /** @type {Counts} */
  counts = { init: 0, before: 0, after: 0, destroy: 0, promiseResolve: 0 };

  /**
   * @param {Pick<typeof import('node:async_hooks'), 'createHook'>} asyncHooks
   * @param {EventName[]} events
   */
  constructor(asyncHooks, events) {
    const { counts } = this;
    const all = {
      init() {
        counts.init += 1;
      },
      before() {
        counts.before += 1;
      },
      after() {
        counts.after += 1;
      },
      destroy() {
        counts.destroy += 1;
      },
      promiseResolve() {
        counts.promiseResolve += 1;
      },
    };
    this.hook = asyncHooks.createHook(Object.fromEntries(events.map((event) => [event, all[event]])));
  }
}

/**
 * What several counters have counted together.
 * @param {Counter[]} counters
 * @returns {Counts}
 */
function sum(counters) {
  /** @type {Counts} */
  const total = { init: 0, before: 0, after: 0, destroy: 0, promiseResolve: 0 };
  for (const { counts } of counters) {
    for (const event of FIVE) total[event] += counts[event];
  }
  return total;
}

module.exports = { FIVE, FOUR, Counter, sum };
