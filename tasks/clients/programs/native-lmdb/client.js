'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'lmdb',
  packages: ['lmdb'],
  asserts: 'requests see their own store in the callbacks of `transaction`, and after awaiting `put`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 3),
};
