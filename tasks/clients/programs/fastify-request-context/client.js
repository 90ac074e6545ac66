'use strict';

const assert = require('node:assert');
const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: '@fastify/request-context',
  packages: ['@fastify/request-context', 'fastify'],
  asserts: '20 requests at once keep their context on their journey; so do those with a posted body, and outside there is none',
  uses: ['AsyncLocalStorage', 'AsyncResource'],
  expect(lines) {
    everyStepSeesItsRequest(lines.slice(0, 20));
    assert.deepStrictEqual(lines.slice(20), [
      { body: { id: 'a' }, user: 'user of a' },
      { body: { id: 'b' }, user: 'user of b' },
      { outside: null },
    ]);
  },
};
