'use strict';

/** Times as somebody types them. */

const { UsageError } = require('./usage');

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** The longest that a timer takes. */
const LONGEST = 2 ** 31 - 1;

/**
 * @param {string} text
 * @param {string} [option] that it was given for
 * @param {string} [other] what it takes as well
 * @returns {number} milliseconds
 */
function durationOf(text, option = '--for', other = '') {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const milliseconds = number === undefined ? 0 : Math.round(Number(number) * UNITS[/** @type {keyof typeof UNITS} */ (unit)]);
  if (milliseconds > 0 && milliseconds <= LONGEST) return milliseconds;
  throw new UsageError(`${option}=${text}: it takes ${other}a time with its unit, as in 500ms, 10s, 2m or 1h, up to 24 days.`);
}

module.exports = { durationOf };
