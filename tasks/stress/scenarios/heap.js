'use strict';

/** The heap runs full: the process dies as the builtin's does. It is nearly full for long: nothing is lost. */

const assert = require('node:assert');

const { reasonOf, resultOf, runProgram, runBoth } = require('../programs');

const KINDS = ['resource', 'promise', 'storage', 'continuation', 'embedder'];
/** Of this Node has nothing. */
const OURS_ALONE = ['embedder'];
const HEAP_MB = { quick: 16, full: 64 };
/** What may be on its way to its end in the heap that is left. */
const ALIVE = 100_000;

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const heap = quick ? HEAP_MB.quick : HEAP_MB.full;
  const how = { nodeOptions: [`--max-old-space-size=${heap}`, '--expose-gc'], timeout: 120_000 };
  for (const kind of KINDS) {
    const { builtin, ours } = OURS_ALONE.includes(kind)
      ? { builtin: null, ours: await runProgram('ours', 'heap', [kind], how) }
      : await runBoth('heap', [kind], how);
    assert.match(ours.stderr, /JavaScript heap out of memory/, `${kind}: ended with ${reasonOf(ours)}`);
    if (builtin === null) continue;
    assert.match(builtin.stderr, /JavaScript heap out of memory/, `${kind} (builtin): ended with ${reasonOf(builtin)}`);
    assert.deepStrictEqual([ours.code, ours.signal], [builtin.code, builtin.signal]);
  }
  const { made, ...counts } = resultOf(
    await runProgram('ours', 'heap', ['churn'], { ...how, nodeOptions: ['--max-old-space-size=32', '--expose-gc'] }),
    'a heap that is nearly full',
  );
  assert.ok(counts.init >= made && counts.before - counts.after <= 1, JSON.stringify(counts));
  assert.ok(counts.init - counts.destroy < ALIVE, `${counts.init - counts.destroy} of ${counts.init} were never reported gone`);
  return (
    `${KINDS.join(', ')}: each dies as the builtin does, of a heap of ${heap} MB; ` +
    `${counts.init} resources through a heap of 32 MB, ${counts.init - counts.destroy} of them alive at the end`
  );
}

module.exports = { run };
