'use strict';

/** Ten thousand hooks enabled at once: each hears of everything, in order. */

const assert = require('node:assert');

const { resultsOf } = require('../programs');

/** @type {import('../run').Scenario} */
async function run({ quick, seed }) {
  const count = quick ? 1000 : 10_000;
  const { builtin, ours } = await resultsOf('hooks', [count, seed], { timeout: quick ? 60_000 : 600_000 });
  assert.deepStrictEqual(ours.events, builtin.events, `events ${JSON.stringify(ours.events)}, builtin ${JSON.stringify(builtin.events)}`);
  assert.ok(builtin.inOrder && ours.inOrder, 'hooks were not called in order');
  assert.ok(builtin.silent && ours.silent, 'a hook was called after it was disabled');
  const events = Object.values(ours.events).reduce((sum, number) => sum + number, 0);
  return (
    `${count} hooks, ${events} calls; enabled in ${ours.enabling} ms (builtin ${builtin.enabling}), ` +
    `disabled in any order in ${ours.disabling} ms (builtin ${builtin.disabling})`
  );
}

module.exports = { run };
