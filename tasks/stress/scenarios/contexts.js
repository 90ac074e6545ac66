'use strict';

/** Nested vm contexts: hooks see the same in them as with Node's module, and none is kept from being collected. */

const assert = require('node:assert');

const { resultsOf } = require('../programs');

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const depth = 50;
  const rounds = quick ? 1 : 10;
  let events = 0;
  for (let round = 0; round < rounds; round++) {
    const { builtin, ours } = await resultsOf('contexts', [depth], { nodeOptions: ['--expose-gc'] });
    assert.deepStrictEqual(
      ours.events,
      builtin.events,
      `hooks saw ${JSON.stringify(ours.events)}, the builtin's ${JSON.stringify(builtin.events)}`,
    );
    assert.strictEqual(ours.lost, builtin.lost);
    assert.strictEqual(ours.lost, 0, 'a store or the context was lost');
    assert.strictEqual(builtin.left, 0, 'the builtin keeps contexts');
    assert.strictEqual(ours.left, 0, `${ours.left} of ${ours.made} are left`);
    assert.strictEqual(ours.collected, ours.made);
    assert.ok(ours.destroyed);
    events += Object.values(ours.events).reduce((sum, count) => sum + count, 0);
  }
  return `${rounds} times ${depth} contexts, each inside the one before: ${events} events, all contexts collected`;
}

module.exports = { run };
