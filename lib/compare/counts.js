'use strict';
/** Counts of events per type and phase, the builtin's beside ours. */

/** @typedef {Record<string, Record<string, [builtin: number, ours: number]>>} Counts */

const PHASES = ['init', 'before', 'after', 'destroy', 'promiseResolve'];

/**
 * @param {Counts} counts
 * @param {import('./part').Part | undefined} builtin
 * @param {import('./part').Part | undefined} ours
 */
function addCounts(counts, builtin, ours) {
  for (const [side, part] of [builtin, ours].entries()) {
    for (const [type, phases] of Object.entries(part?.counts ?? {})) {
      const row = (counts[type] ??= {});
      for (const [phase, count] of Object.entries(phases)) (row[phase] ??= [0, 0])[side] += count;
    }
  }
}

/**
 * One number where both sides have the same, `builtin/ours` where they have not.
 * @param {Counts} counts
 */
function formatCounts(counts) {
  const rows = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, phases]) => [
      type,
      ...PHASES.map((phase) => {
        const [builtin, ours] = phases[phase] ?? [0, 0];
        return builtin === ours ? String(builtin || '') : `${builtin}/${ours}`;
      }),
    ]);
  const table = [['type', ...PHASES], ...rows];
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  return table
    .map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '))
    .join('\n');
}

module.exports = { addCounts, formatCounts };
