'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: '@parcel/watcher',
  packages: ['@parcel/watcher'],
  asserts: 'requests that watch a folder each see their own store in its events',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 2),
};
