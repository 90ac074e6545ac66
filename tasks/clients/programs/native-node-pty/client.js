'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'node-pty',
  packages: ['node-pty'],
  asserts: 'requests that start a terminal see their own store in `onExit`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  built: 'node-pty',
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 2),
};
