'use strict';

/** The last ids before 2 ** 53: each is unique, safe and in order, and its end is reported once. */

const assert = require('node:assert');

const { resultOf, runProgram } = require('../programs');

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const left = quick ? 4000 : 400_000;
  const nodeOptions = ['--expose-gc', '--no-warnings', '--expose-internals'];
  const builtin = resultOf(await runProgram('builtin', 'ids', [left], { nodeOptions }), 'the last ids (builtin)');
  const ours = resultOf(await runProgram('ours', 'ids', [left], { nodeOptions }), 'the last ids');
  for (const mistake of ['twice', 'unsafe', 'decreasing', 'mismatched', 'goneTwice', 'lost']) {
    assert.strictEqual(ours[mistake], 0, `${ours[mistake]} ids: ${mistake}`);
  }
  assert.strictEqual(ours.near, builtin.near);
  // Where Node's feed carries the promises, their ids come from Node's counter.
  assert.ok(ours.promises === builtin.promises || ours.promises === 0, `${ours.promises} promises`);
  return (
    `${ours.near} resources and ${ours.promises} promises of ours among the last ${left} ids before 2 ** 53, and ids 2 ** 53 - 2 and - 1; ` +
    `builtin: ${builtin.near} and ${builtin.promises}`
  );
}

module.exports = { run };
