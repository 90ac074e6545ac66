'use strict';

const assert = require('node:assert');
const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  packages: ['cls-hooked'],
  asserts: '20 requests at once keep their namespace on their journey; nested runs do not leak out, and outside there is none',
  uses: ['createHook'],
  expect(lines) {
    everyStepSeesItsRequest(lines.slice(0, -1));
    assert.deepStrictEqual(lines.at(-1), { outside: null });
  },
};
