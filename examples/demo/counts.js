'use strict';
// The number of events per type in a whole run, both modules side by side.

const { bold, dim, red } = require('./style');

const events = ['init', 'before', 'after', 'destroy', 'promiseResolve'];

/** @param {import('./scenario').Record} record @returns {Map<string, number[]>} per type, in the order of `events` */
function counts({ resources }) {
  const table = new Map();
  for (const { type, before, after, destroy, resolved } of resources) {
    const row = table.get(type) ?? [0, 0, 0, 0, 0];
    [1, before.length, after.length, destroy.length, resolved].forEach((n, i) => { row[i] += n; });
    table.set(type, row);
  }
  return table;
}

/**
 * @param {import('./scenario').Record} builtin
 * @param {import('./scenario').Record} ours
 * @returns {string}
 */
function countsTable(builtin, ours) {
  const [left, right] = [counts(builtin), counts(ours)];
  const none = [0, 0, 0, 0, 0];
  const width = 8;
  const types = [...new Set([...left.keys(), ...right.keys()])].sort();
  const rows = types.map((type) => type.padEnd(22) + events.map((_, i) => {
    const [a, b] = [left.get(type) ?? none, right.get(type) ?? none];
    const cell = String(a[i] || '·').padStart(width) + String(b[i] || '·').padStart(width);
    if (a[i] !== b[i]) return red(cell);
    return a[i] === 0 ? dim(cell) : cell;
  }).join(''));
  const head = 'type'.padEnd(22) + events.map((event) => event.padStart(2 * width)).join('');
  const subhead = ' '.repeat(22) + events.map(() => 'builtin'.padStart(width) + 'ours'.padStart(width)).join('');
  return [bold(head), dim(subhead), ...rows].join('\n');
}

module.exports = { counts, countsTable };
