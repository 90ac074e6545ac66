'use strict';

/** Few numbers for many. */

/**
 * @param {number[]} values
 * @returns {number} NaN of none
 */
function median(values) {
  return quantile(values, 0.5);
}

/**
 * Half of the range that holds the middle half of the values.
 * @param {number[]} values
 */
function spread(values) {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2;
}

/**
 * @param {number[]} values
 * @param {number} share from 0 to 1
 * @returns {number} interpolated between the two values next to it
 */
function quantile(values, share) {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.ceil(position);
  return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
}

/** @typedef {Record<'none' | 'builtin' | 'ours', number[]>} Values by variant, in the order of the rounds */

/**
 * A ratio is the median of those of the rounds: what slows the machine down for a while
 * slows all variants of a round down.
 * @param {Values} values
 * @param {'lower' | 'higher'} better
 */
function summarize(values, better) {
  const ratios = values.ours.map((value, round) => value / values.builtin[round]);
  return {
    none: median(values.none),
    builtin: median(values.builtin),
    ours: median(values.ours),
    total: median(ratios),
    spread: spread(ratios),
    overhead: ratioOfOverheads(values, better),
  };
}

// A smaller part of the whole than this is noise, and so is any ratio to it.
const LEAST_OVERHEAD = 0.02;

/**
 * @param {Values} values
 * @param {'lower' | 'higher'} better
 * @returns {number} NaN where the builtin costs nothing that could be measured
 */
function ratioOfOverheads({ none, builtin, ours }, better) {
  const cost = (/** @type {number} */ value) => (better === 'lower' ? value : 1 / value);
  const overhead = (/** @type {number[]} */ of) => of.map((value, round) => cost(value) - cost(none[round]));
  const ofBuiltin = overhead(builtin);
  if (median(ofBuiltin) < LEAST_OVERHEAD * median(none.map(cost))) return NaN;
  return median(overhead(ours).map((value, round) => value / ofBuiltin[round]));
}

module.exports = { median, quantile, spread, summarize };
