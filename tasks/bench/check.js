'use strict';

/**
 * Whether a variant delivered the events that its row causes: a fast hook that misses
 * some is not fast.
 */

const { FIVE } = require('./counters');
const { LOOP_EVENTS } = require('./loop');

/** @typedef {import('./measures').Sample} Sample */
/** @typedef {import('./rows').Row} Row */

// Of all resources announced, so many have been destroyed when the garbage is collected at
// the end: all but those that the measuring itself keeps, and what shares a batch with them.
const LEAST_DESTROYED = 0.999;
const FEW = 64;

// The time of a row contains the cost of its destroys if at least these came meanwhile.
const LEAST_DESTROYED_IN_TIME = 0.5;

// A socket may get its data in one chunk more or less.
const AGREEMENT = 0.01;

/**
 * @param {Row} row
 * @param {Sample} sample
 * @returns {string[]} what is wrong with it
 */
function problems(row, sample) {
  if ('once' in row || row.hooks.length === 0) return [];
  return [...wrongCounts(row, sample), ...wrongDestroys(row, sample)];
}

/**
 * @param {import('./rows').Common & import('./rows').Repeated} row
 * @param {Sample} sample
 */
function wrongCounts(row, { operations, batches, timed }) {
  const found = [];
  for (const event of FIVE) {
    if (event === 'destroy' || !row.hooks.includes(event)) continue;
    const least = row.leastEvents?.[event];
    const perOperation = least ?? row.events?.[event] ?? 0;
    const perBatch = (row.eventsPerBatch?.[event] ?? 0) + LOOP_EVENTS[event];
    const expected = (perOperation * operations + perBatch * batches) * (row.enabledHooks ?? 1);
    const right = least === undefined ? timed[event] === expected : timed[event] >= expected;
    if (!right) found.push(`${event}: ${timed[event]} instead of ${least === undefined ? '' : 'at least '}${expected}`);
  }
  return found;
}

/**
 * @param {Row} row
 * @param {Sample} sample
 */
function wrongDestroys({ hooks }, { batches, timed, all }) {
  if (!hooks.includes('destroy')) return [];
  const found = [];
  if (all.destroy > all.init) found.push(`destroy: ${all.destroy} for ${all.init} resources`);
  if (all.destroy < all.init * LEAST_DESTROYED - FEW) {
    found.push(`destroy: ${all.destroy} for ${all.init} resources, garbage collected`);
  }
  // A quick run ends before the collector has begun.
  const long = timed.init > 500_000 && batches > 2;
  if (long && timed.destroy < timed.init * LEAST_DESTROYED_IN_TIME) {
    found.push(`destroy: ${timed.destroy} in time for ${timed.init} resources, so the time leaves out the rest`);
  }
  return found;
}

/**
 * Where a row cannot say exactly what it causes, the two modules must at least agree.
 * @param {Row} row
 * @param {Sample} builtin
 * @param {Sample} ours
 * @returns {string[]}
 */
function disagreements(row, builtin, ours) {
  if ('once' in row) return [];
  return FIVE.filter((event) => row.leastEvents?.[event] !== undefined)
    .filter((event) => Math.abs(ours.timed[event] / builtin.timed[event] - 1) > AGREEMENT)
    .map((event) => `${event}: ${ours.timed[event]} instead of the builtin's ${builtin.timed[event]}`);
}

module.exports = { problems, disagreements };
