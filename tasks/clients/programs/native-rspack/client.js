'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: '@rspack/core',
  packages: ['@rspack/core'],
  asserts: 'builds see their own store in a loader, five hooks of the compiler and the callback of `run`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 7),
};
