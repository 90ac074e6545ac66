'use strict';
/** The result of a comparison as text for a terminal. */

const { formatCounts } = require('./counts');

/** @typedef {import('./index').Result} Result */

/** @param {Result} result */
function formatResult(result) {
  const { attempts, counts, differing, difference, message, notes, script, status } = result;
  const blocks = [];
  if (Object.keys(counts).length > 0) {
    const note = differing.length > 0 ? ' (builtin/ours where they differ)' : '';
    blocks.push(`Events by type and phase${note}\n\n${formatCounts(counts)}`);
  }
  if (difference) blocks.push(formatDifference(difference));
  if (result.stable !== null) blocks.push(stableNote(result.stable, attempts));
  if (status === 'crash' || status === 'timeout') blocks.push(...formatStderr(result));
  blocks.push(...notes);
  blocks.push(`${script}: ${message}${status === 'agree' && attempts > 1 ? ` (after ${attempts} pairs of runs)` : ''}`);
  return `${blocks.join('\n\n')}\n`;
}

/** @param {import('./difference').Difference} difference */
function formatDifference({ part, kind, index, message, before, builtin, ours }) {
  const lines = [`First difference: ${part}, line ${index + 1}: ${message}`, ''];
  before.forEach((line, offset) => lines.push(numbered(' ', index - before.length + offset, line)));
  if (kind === 'line') {
    lines.push(...sideLines('-', index, builtin, 'the builtin has no more'));
    lines.push(...sideLines('+', index, ours, 'ours has no more'), '', '- builtin  + ours');
  } else {
    builtin.forEach((line, offset) => lines.push(numbered(offset === 0 && kind === 'destroy' ? '>' : ' ', index + offset, line)));
  }
  return lines.join('\n');
}

/**
 * @param {string} mark
 * @param {number} index
 * @param {string[]} lines
 * @param {string} empty
 */
function sideLines(mark, index, lines, empty) {
  return lines.length === 0 ? [`${mark} (${empty})`] : lines.map((line, offset) => numbered(mark, index + offset, line));
}

/**
 * @param {string} mark
 * @param {number} index
 * @param {string} line
 */
function numbered(mark, index, line) {
  return `${mark} ${String(index + 1).padStart(5)}  ${line}`;
}

/**
 * @param {boolean} stable
 * @param {number} attempts
 */
function stableNote(stable, attempts) {
  return stable
    ? `The builtin's own ${attempts} runs were the same here.`
    : `The builtin's own ${attempts} runs were not the same here either: the script may not be repeatable.`;
}

/** @param {Result} result */
function formatStderr({ exits, stderr, mode }) {
  if (mode === 'same-process') return [`stderr (${exits.ours}):\n${stderr.ours || '(empty)'}`];
  return [
    `stderr with the builtin (${exits.builtin}):\n${stderr.builtin || '(empty)'}`,
    `stderr with ours (${exits.ours}):\n${stderr.ours || '(empty)'}`,
  ];
}

module.exports = { formatResult };
