'use strict';

/** A scenario that fails: what the tests see of one that does. */

const assert = require('node:assert');

/** @type {import('../run').Scenario} */
async function run() {
  assert.fail('this one always fails');
}

module.exports = { run };
