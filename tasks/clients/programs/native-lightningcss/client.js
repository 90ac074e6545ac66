'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'lightningcss',
  packages: ['lightningcss'],
  asserts: 'requests see their own store in the resolver of `bundleAsync`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 4),
};
