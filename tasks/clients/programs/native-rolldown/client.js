'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'rolldown',
  packages: ['rolldown'],
  asserts: 'builds see their own store in ten hooks of a plugin, `transform` and `renderChunk` among them',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 10),
};
