'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

const byId = (/** @type {{ id: string }} */ one, /** @type {{ id: string }} */ other) => (one.id < other.id ? -1 : 1);

module.exports = {
  title: 'Sentry (light) with bcrypt',
  packages: ['@sentry/node-core', 'bcrypt'],
  asserts: 'isolation scopes are those of their requests in the callbacks of `bcrypt.hash`, and in timers that these start',
  uses: ['AsyncLocalStorage'],
  isNative: true,
  read: (/** @type {any} */ { stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map((/** @type {string} */ line) => JSON.parse(line))
      .sort(byId),
  expect: (/** @type {any} */ lines) => everyStepSeesItsRequest(lines, 4, 2),
};
