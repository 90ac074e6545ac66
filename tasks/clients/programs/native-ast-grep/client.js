'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: '@ast-grep/napi',
  packages: ['@ast-grep/napi'],
  asserts: 'requests see their own store in the callback of `findInFiles`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 2),
};
