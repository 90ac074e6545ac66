'use strict';

/** `worker.terminate()` while the Worker waits inside a callback. */

const { assertNothing, resultsOf } = require('../programs');

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const { builtin, ours } = await resultsOf('terminate', [quick ? 1 : 12], {
    nodeOptions: ['--expose-gc'],
    timeout: quick ? 60_000 : 600_000,
  });
  assertNothing(
    builtin.wrong.map((/** @type {string} */ one) => `with the builtin: ${one}`),
    builtin.count,
  );
  assertNothing(ours.wrong, ours.count);
  return `${ours.count} Workers terminated inside init, before, after, destroy and promiseResolve (builtin ${builtin.count})`;
}

module.exports = { run };
