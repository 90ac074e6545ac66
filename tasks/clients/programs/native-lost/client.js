'use strict';

const { everyCallbackWithoutContext } = require('../support/expect');

module.exports = {
  title: 'sharp, sodium-native',
  packages: ['sharp', 'sodium-native'],
  asserts:
    'what no Node keeps: callbacks without any context have no store; with `AsyncResource.bind`, and after awaiting, they have their own',
  uses: ['AsyncLocalStorage', 'AsyncResource'],
  expect: (/** @type {any} */ lines) => everyCallbackWithoutContext(lines, 4, ['sharp', 'sodium-native']),
};
