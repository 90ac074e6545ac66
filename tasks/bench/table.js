'use strict';

/** The table that is printed, row by row as the results come. */

/** @typedef {import('./run').Result} Result */

const COLUMNS = /** @type {{ title: string, width: number, text: (result: Result) => string }[]} */ ([
  { title: 'row', width: -34, text: ({ name }) => name },
  { title: 'none', width: 8, text: ({ none }) => numeral(none) },
  { title: 'builtin', width: 8, text: ({ builtin }) => numeral(builtin) },
  { title: 'ours', width: 8, text: ({ ours }) => numeral(ours) },
  { title: 'unit', width: -4, text: ({ unit }) => unit },
  { title: 'ours/builtin', width: 12, text: totalOf },
  { title: 'spread', width: 7, text: (result) => (hasRatio(result) ? `±${ratio(result.spread)}` : '-') },
  { title: 'overhead', width: 8, text: (result) => (hasRatio(result) ? ratio(result.overhead) : '-') },
  { title: 'bar', width: -8, text: barOf },
  { title: 'met', width: -3, text: ({ met }) => (met ? 'yes' : 'NO') },
]);

function header() {
  return line(COLUMNS.map(({ title }) => title));
}

/** @param {Result} result */
function rowOf(result) {
  return line(COLUMNS.map(({ text }) => text(result)));
}

/** @param {string[]} cells */
function line(cells) {
  return cells
    .map((cell, i) => {
      const { width } = COLUMNS[i];
      return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
    })
    .join('  ')
    .trimEnd();
}

/** @param {Result} result */
function totalOf(result) {
  return hasRatio(result) ? ratio(result.total) : '-';
}

/** @param {Result} result */
function barOf({ bar, unit }) {
  return bar.of === 'total' ? `${bar.sign} ${ratio(bar.limit)}` : `${bar.sign} ${bar.limit} ${unit}`;
}

/**
 * Where ours alone has to meet the bar, the builtin is nothing to compare with.
 * @param {Result} result
 */
function hasRatio({ bar }) {
  return bar.of === 'total';
}

/** @param {number} value */
function numeral(value) {
  if (Number.isNaN(value)) return '-';
  if (value < 10) return value.toFixed(2);
  return value.toFixed(value < 100 ? 1 : 0);
}

/** @param {number} value */
function ratio(value) {
  return Number.isNaN(value) ? '-' : value.toFixed(2);
}

module.exports = { header, rowOf, numeral, totalOf, barOf };
