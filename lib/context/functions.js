'use strict';

/** `toString` of functions, which gives their text as the program has it: such texts go to browsers, databases and Workers. */

const { hasMarks, withoutMarks } = require('./marks');

const { apply } = Reflect;
const original = Function.prototype.toString;

/**
 * @param {Function} fn
 * @returns {string} as it runs
 */
function textOf(fn) {
  try {
    return apply(original, fn, []);
  } catch {
    return '';
  }
}

function giveOriginalTexts() {
  const { toString } = {
    /** @this {any} */
    toString() {
      const text = apply(original, this === toString ? original : this, arguments);
      return hasMarks(text) ? withoutMarks(text) : text;
    },
  };
  Object.defineProperty(Function.prototype, 'toString', { value: toString, writable: true, configurable: true });
}

module.exports = { giveOriginalTexts, textOf };
