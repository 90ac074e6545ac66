'use strict';

/** Reads a source. */

const acorn = require('acorn');

/**
 * @param {string} source
 * @param {boolean} isModule
 * @returns {any} the tree; null where it is none
 */
function parse(source, isModule) {
  try {
    return acorn.parse(source, {
      ecmaVersion: 'latest',
      sourceType: isModule ? 'module' : 'script',
      allowHashBang: true,
      // Node makes a function of such a file.
      allowReturnOutsideFunction: !isModule,
    });
  } catch {
    return null;
  }
}

/**
 * @param {any} node
 * @returns {any[]} in the order of the source
 */
function childrenOf(node) {
  const children = [];
  for (const key in node) {
    const value = node[key];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const each of value) if (typeof each?.type === 'string') children.push(each);
    } else if (typeof value.type === 'string') {
      children.push(value);
    }
  }
  return children.length > 1 ? inOrder(children) : children;
}

/**
 * Template literals have their parts in two lists, and the value of a shorthand property is its key.
 * @param {any[]} children
 */
function inOrder(children) {
  for (let at = 1; at < children.length; at++) {
    if (children[at].start < children[at - 1].end) return [...new Set(children)].sort((a, b) => a.start - b.start);
  }
  return children;
}

module.exports = { childrenOf, parse };
