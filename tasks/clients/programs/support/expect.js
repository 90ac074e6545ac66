'use strict';

/** What is expected of every program whose requests must keep their context. */

const assert = require('node:assert');

/**
 * @param {{ id: string, seen: Record<string, unknown> }[]} lines
 * @param {number} [count] of requests
 * @param {number} [steps] at the least, of each
 */
function everyStepSeesItsRequest(lines, count = 20, steps = 28) {
  assert.deepStrictEqual(
    lines.map(({ id }) => id),
    Array.from({ length: count }, (_, index) => `r${index}`),
  );
  for (const { id, seen } of lines) {
    assert.ok(Object.keys(seen).length >= steps, `${id} took ${Object.keys(seen).length} steps only`);
    for (const [step, current] of Object.entries(seen)) {
      assert.deepStrictEqual(current, id, `${step} of ${id} saw ${JSON.stringify(current)}`);
    }
  }
}

/**
 * Of each name there are three: the callback as it is, one that is `bound`, and what is `awaited`.
 * @param {{ id: string, seen: Record<string, unknown> }[]} lines
 * @param {number} count of requests
 * @param {string[]} names
 */
function everyCallbackWithoutContext(lines, count, names) {
  const expected = Array.from({ length: count }, (_, index) => {
    const id = `r${index}`;
    return {
      id,
      seen: Object.fromEntries(
        names.flatMap((name) => [
          [name, 'no store'],
          [`${name}, bound`, id],
          [`${name}, awaited`, id],
        ]),
      ),
    };
  });
  assert.deepStrictEqual(lines, expected);
}

module.exports = { everyCallbackWithoutContext, everyStepSeesItsRequest };
