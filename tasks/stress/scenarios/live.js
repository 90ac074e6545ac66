'use strict';

/** Ten million resources alive at once: none is reported gone before it is, all are afterwards, and they cost no more than with the builtin. */

const assert = require('node:assert');

const { resultOf, runProgram } = require('../programs');

const KINDS = ['resource', 'manual', 'promise'];
/** The share of noise in the size of a process, and what the package itself takes, in megabytes. */
const NOISE = 1.15;
const PACKAGE_MB = 20;

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const count = quick ? 100_000 : 10_000_000;
  const how = { nodeOptions: ['--expose-gc', '--max-old-space-size=12000'], timeout: quick ? 60_000 : 1_200_000 };
  const sizes = [];
  for (const kind of KINDS) {
    const builtin = resultOf(await runProgram('builtin', 'live', [kind, count], how), `${count} of ${kind} (builtin)`);
    const ours = resultOf(await runProgram('ours', 'live', [kind, count], how), `${count} of ${kind}`);
    assert.strictEqual(ours.created, count);
    assert.strictEqual(ours.early, 0, `${ours.early} of ${kind} were reported gone while they were alive`);
    assert.strictEqual(ours.destroyed, count, `${count - ours.destroyed} of ${kind} were never reported gone`);
    assert.ok(ours.rss <= builtin.rss * NOISE + PACKAGE_MB, `${kind}: RSS ${ours.rss} MB, with the builtin ${builtin.rss} MB`);
    sizes.push(`${kind} ${ours.rss} MB (builtin ${builtin.rss})`);
  }
  return `${count} alive at once: ${sizes.join(', ')}; each reported gone once, none early`;
}

module.exports = { run };
