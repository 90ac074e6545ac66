'use strict';

/** Runs one row: every variant in a fresh process, in turns, for some rounds. */

const { execFile } = require('node:child_process');
const path = require('node:path');
const { promisify } = require('node:util');

const { disagreements, problems } = require('./check');
const { summarize } = require('./statistics');
const { VARIANTS } = require('./variants');

/** @typedef {import('./rows').Row} Row */
/** @typedef {import('./variants').Variant} Variant */
/** @typedef {import('./measures').Sample} Sample */

/**
 * @typedef {object} Options
 * @property {number} rounds
 * @property {boolean} quick
 * @property {'busy' | 'cpu'} clock
 * @property {boolean} own which of the bars is in force
 * @property {(round: number, variant: Variant) => void} [onProgress]
 */

/**
 * @typedef {ReturnType<typeof summarize> & {
 *   name: string,
 *   unit: string,
 *   better: 'lower' | 'higher',
 *   bar: { of: 'total' | 'ours', sign: '<=' | '>=', limit: number },
 *   met: boolean,
 *   problems: string[],
 *   values: import('./statistics').Values,
 * }} Result
 */

const SCRIPT = path.join(__dirname, 'measure.js');
const TIMEOUT = 120_000;

/**
 * @param {Row} row
 * @param {Options} options
 * @returns {Promise<Result>}
 */
async function runRow(row, options) {
  /** @type {import('./statistics').Values} */
  const values = { none: [], builtin: [], ours: [] };
  /** @type {Set<string>} */
  const found = new Set();
  for (let round = 0; round < options.rounds; round++) {
    const samples = await samplesOf(row, round, options);
    for (const variant of VARIANTS) values[variant].push(row.measure.read(samples[variant], options.clock));
    for (const problem of problemsOf(row, samples)) found.add(`${row.name}, ${problem}`);
  }
  return resultOf(row, values, [...found], options.own);
}

/**
 * @param {Row} row
 * @param {number} round
 * @param {Options} options
 */
async function samplesOf(row, round, { quick, onProgress }) {
  const samples = /** @type {Record<Variant, Sample>} */ ({});
  for (const variant of rotated(VARIANTS, round)) {
    onProgress?.(round, variant);
    samples[variant] = await sampleOf(row, variant, quick);
  }
  return samples;
}

/**
 * @param {Row} row
 * @param {Record<Variant, Sample>} samples
 */
function problemsOf(row, { builtin, ours }) {
  return [
    ...problems(row, builtin).map((problem) => `builtin: ${problem}`),
    ...problems(row, ours).map((problem) => `ours: ${problem}`),
    ...disagreements(row, builtin, ours).map((problem) => `ours: ${problem}`),
  ];
}

/**
 * Each round begins with another variant, so that none always follows the same one.
 * @template T
 * @param {T[]} list
 * @param {number} by
 */
function rotated(list, by) {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

/**
 * @param {Row} row
 * @param {Variant} variant
 * @param {boolean} quick
 * @returns {Promise<Sample>}
 */
async function sampleOf(row, variant, quick) {
  const args = ['--expose-gc', SCRIPT, row.name, variant, ...(quick ? ['quick'] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: TIMEOUT });
  return JSON.parse(stdout);
}

/**
 * @param {Row} row
 * @param {import('./statistics').Values} values
 * @param {string[]} problems
 * @param {boolean} own
 * @returns {Result}
 */
function resultOf({ name, measure: { unit, better }, bar }, values, problems, own) {
  const summary = summarize(values, better);
  const limit = own ? bar.own : bar.feed;
  const value = summary[bar.of];
  return {
    name,
    unit,
    better,
    ...summary,
    bar: { of: bar.of, sign: bar.sign, limit },
    met: bar.sign === '<=' ? value <= limit : value >= limit,
    problems,
    values,
  };
}

module.exports = { runRow, resultOf };
