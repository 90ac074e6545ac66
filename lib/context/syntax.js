'use strict';

/** What the nodes of a syntax tree are. */

const { childrenOf } = require('./parse');

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** @param {any} node */
function isFunction(node) {
  return FUNCTIONS.has(node.type);
}

/**
 * @param {any} node a call
 * @returns {string} the name of the method that is called
 */
function methodOf({ callee }) {
  return callee.type === 'MemberExpression' && !callee.computed ? callee.property.name : '';
}

module.exports = { childrenOf, isFunction, methodOf };
