'use strict';

const assert = require('node:assert');

module.exports = {
  packages: ['async-hook-domain'],
  asserts:
    'errors in timers, ticks, fs callbacks, async functions and rejections reach the domain of their own context, and none after its end',
  uses: ['createHook'],
  expect(lines) {
    assert.deepStrictEqual(lines, [
      'first: async function of first',
      'first: immediate of first',
      'outer: timer',
      'second: async function of second',
      'second: immediate of second',
      'third: async function of third',
      'third: immediate of third',
      'tick: ENOENT: no such file or directory',
      'tick: rejection',
      'nobody: after its end',
    ]);
  },
};
