'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'sqlite3',
  packages: ['sqlite3'],
  asserts: 'requests see their own store in the callbacks of a database: open, `exec`, `run`, `get`, `all`, `close`',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  built: 'sqlite3',
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 6),
};
