'use strict';

const { everyCallbackWithoutContext } = require('../support/expect');

module.exports = {
  title: 'sqlite3, `each`',
  packages: ['sqlite3'],
  asserts: 'what no Node keeps: the callback for each row has no store; with `AsyncResource.bind` it has its own',
  uses: ['AsyncLocalStorage', 'AsyncResource'],
  built: 'sqlite3',
  expect: (/** @type {any} */ lines) => everyCallbackWithoutContext(lines, 4, ['each']),
};
