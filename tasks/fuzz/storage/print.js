'use strict';

/** A program in words that a reader can follow. */

const { blocksOf } = require('../common/trees');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').Program} Program */

/** @param {Program} program @param {string} composition @returns {string} */
function print({ storages, background, main }, composition) {
  const whose = (/** @type {boolean} */ ours) => (composition === 'ours' || (composition === 'mixed' && ours) ? 'ours' : 'builtin');
  const lines = storages.map(
    ({ ours, fallback }, index) =>
      `const ${nameOf(index)} = new AsyncLocalStorage(${fallback === undefined ? '' : `{ defaultValue: ${fallback} }`}); // ${whose(ours)}`,
  );
  if (background !== 'none') lines.push(`// beside it: a ${background}`);
  return [...lines, ...linesOf(main, '')].join('\n');
}

/** @param {number} index */
const nameOf = (index) => (index < 26 ? String.fromCharCode(97 + index) : `s${index}`);

/** @param {Operation[]} block @param {string} indent @returns {string[]} */
function linesOf(block, indent) {
  return block.flatMap((operation) => {
    const blocks = blocksOf(operation);
    const head = `${indent}${headOf(operation)}`;
    const point = ` // ${operation.id}`;
    if (blocks.length === 0) return [`${head};${point}`];
    const arrow = operation.async ? 'async () => {' : '() => {';
    return [
      `${head} ${arrow}${point}`,
      ...blocks.flatMap((inner, index) => [...(index ? [`${indent}}, () => {`] : []), ...linesOf(inner, `${indent}  `)]),
      `${indent}}`,
    ];
  });
}

/** @param {Operation} operation */
function headOf({ op, s, v, reg, how }) {
  const parts = [how, reg === undefined ? undefined : `#${reg}`, v].filter((part) => part !== undefined);
  return `${s === undefined ? '' : `${nameOf(s)}.`}${op}${parts.length ? ` ${parts.join(' ')}` : ''}`;
}

module.exports = { print };
