'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'bcrypt',
  packages: ['bcrypt'],
  asserts: 'requests see their own store in the callbacks of `genSalt`, `hash` and `compare`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 4),
};
