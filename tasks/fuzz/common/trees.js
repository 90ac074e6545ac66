'use strict';

/**
 * Trees of operations: blocks, whose operations may hold blocks again. What the operations mean is not known here.
 */

/**
 * @typedef {object} Operation
 * @property {number} id
 * @property {Operation[]} [body]
 * @property {Operation[][]} [blocks]
 */

/**
 * @template {Operation} T
 * @param {T} operation
 * @returns {T[][]}
 */
function blocksOf({ body, blocks }) {
  return /** @type {T[][]} */ ([...(body ? [body] : []), ...(blocks ?? [])]);
}

/** @param {Operation[]} block @returns {number} how many operations there are in it and below */
function sizeOf(block) {
  return block.reduce((sum, operation) => sum + blocksOf(operation).reduce((below, inner) => below + sizeOf(inner), 1), 0);
}

/**
 * All blocks in which one operation, of it or below, is changed in one of several ways.
 *
 * @template {Operation} T
 * @param {T[]} block
 * @param {(operation: T) => T[][]} changes what may stand in an operation's place
 * @returns {T[][]}
 */
function withOneChanged(block, changes) {
  /** @type {T[][]} */
  const result = [];
  for (const [index, operation] of block.entries()) {
    const put = (/** @type {T[]} */ replacement) => result.push(block.toSpliced(index, 1, ...replacement));
    changes(operation).forEach(put);
    if (operation.body) {
      for (const body of withOneChanged(/** @type {T[]} */ (operation.body), changes)) put([{ ...operation, body }]);
    }
    for (const [at, inner] of (operation.blocks ?? []).entries()) {
      for (const changed of withOneChanged(/** @type {T[]} */ (inner), changes)) {
        put([{ ...operation, blocks: operation.blocks?.with(at, changed) }]);
      }
    }
  }
  return result;
}

module.exports = { blocksOf, sizeOf, withOneChanged };
