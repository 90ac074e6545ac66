'use strict';

/** The scenarios of `npm run stress`, in their quick size. */

const assert = require('node:assert');
const { test } = require('node:test');

const { NAMES, runScenario } = require('../tasks/stress/run');

/** These are tested one by one in `hostile.test.js`. */
const ELSEWHERE = ['arguments', 'resources'];

for (const name of NAMES.filter((one) => !ELSEWHERE.includes(one))) {
  test(name, async (t) => {
    const { passed, text } = await runScenario(name, { quick: true });
    assert.ok(passed, text);
    t.diagnostic(text);
  });
}

test('a scenario that fails says why', async () => {
  const { passed, text } = await runScenario('../programs/failing', { quick: true });
  assert.strictEqual(passed, false);
  assert.strictEqual(text, 'this one always fails');
});
