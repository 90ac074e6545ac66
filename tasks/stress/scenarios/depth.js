'use strict';

/** Contexts inside one another, 100,000 deep: at every level, on the way down and up, the current one is the right one. */

const assert = require('node:assert');

const { resultOf, runProgram } = require('../programs');

/** How deep; contexts that are entered by hand take no stack. */
const DEPTHS = {
  quick: { scope: 100_000, storage: 100_000, continuation: 50, embedder: 100_000, unwound: 100_000 },
  full: { scope: 100_000, storage: 100_000, continuation: 500, embedder: 1_000_000, unwound: 1_000_000 },
};
/** Of these Node has nothing. */
const OURS_ALONE = ['embedder', 'unwound'];

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const depths = quick ? DEPTHS.quick : DEPTHS.full;
  for (const [shape, depth] of Object.entries(depths)) {
    const ours = resultOf(await runProgram('ours', 'depth', [shape, depth]), `${shape}, ${depth} deep`);
    assert.strictEqual(ours.wrong, 0, `${shape}: ${ours.wrong} times another context was the current one`);
    if (OURS_ALONE.includes(shape)) continue;
    const builtin = resultOf(await runProgram('builtin', 'depth', [shape, depth]), `${shape}, ${depth} deep (builtin)`);
    assert.deepStrictEqual(ours, builtin);
  }
  return `${Object.entries(depths)
    .map(([shape, depth]) => `${shape} ${depth}`)
    .join(', ')} deep: the right context at every level`;
}

module.exports = { run };
