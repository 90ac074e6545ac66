'use strict';

/**
 * What a test tries of many values. With ASYNC_HOOKS_RS_SAMPLE=1, which CI sets where `npm test` passed on another Node, it is one of
 * them: another one on each Node, and with the fallbacks.
 */

const NODE_MAJOR = Number.parseInt(process.versions.node, 10);
const turn = NODE_MAJOR / 2 + (process.env.ASYNC_HOOKS_RS_PROMISES ? 1 : 0);

/**
 * @template T
 * @param {T[]} values
 * @param {number} [index] of the test among those that try the same values
 * @returns {T[]}
 */
function sampleOf(values, index = 0) {
  return process.env.ASYNC_HOOKS_RS_SAMPLE ? [values[(index + turn) % values.length]] : values;
}

module.exports = { sampleOf };
