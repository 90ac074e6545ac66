'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: '@napi-rs/canvas',
  packages: ['@napi-rs/canvas'],
  asserts: 'requests see their own store in `onload` of an image',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 2),
};
