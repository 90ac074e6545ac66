'use strict';

/**
 * Where compiled code comes from, as the program itself knows it: what a loader compiles in memory has no file that a report could
 * read later. Node keeps its source maps where they are switched on.
 */

const { findSourceMap } = require('node:module');

const { slice, uncurried } = require('../engine/own');

const lastIndexOf = /** @type {(text: string, part: string, from?: number) => number} */ (uncurried(String.prototype.lastIndexOf));
const startsWith = /** @type {(text: string, part: string) => boolean} */ (uncurried(String.prototype.startsWith));

/**
 * @param {(stack: string) => void} add
 * @returns {(stack: string) => void} the same, with the place of the last frame in its source
 */
function withSources(add) {
  return (stack) => {
    let text = stack;
    try {
      if (/** @type {any} */ (process).sourceMapsEnabled === true) text = inSource(stack);
    } catch {
      /* There is no map, or one that says nothing. */
    }
    add(text);
  };
}

/** @param {string} stack of which the last line ends with `file:line:column`, in parentheses or not */
function inSource(stack) {
  const end = stack[stack.length - 1] === ')' ? stack.length - 1 : stack.length;
  const column = lastIndexOf(stack, ':', end - 1);
  const line = lastIndexOf(stack, ':', column - 1);
  const bracket = lastIndexOf(stack, '(', line);
  const lineStart = lastIndexOf(stack, '\n', line) + 1;
  const start = end < stack.length ? bracket + 1 : lineStart + '    at '.length;
  const file = slice(stack, start, line);
  const path = startsWith(file, 'async ') ? slice(file, 'async '.length) : file;
  const entry = /** @type {any} */ (
    findSourceMap(path)?.findEntry(Number(slice(stack, line + 1, column)) - 1, Number(slice(stack, column + 1, end)) - 1)
  );
  if (typeof entry?.originalSource !== 'string') return stack;
  const place = `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return `${slice(stack, 0, start)}${place}${slice(stack, end)}`;
}

module.exports = { withSources };
