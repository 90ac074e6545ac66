'use strict';

const assert = require('node:assert');
const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'OpenTelemetry, `AsyncHooksContextManager`',
  packages: ['@opentelemetry/context-async-hooks', '@opentelemetry/api'],
  asserts: '20 requests at once keep their active context on their journey; `with` and `bind` of functions and emitters switch it',
  uses: ['createHook'],
  args: ['AsyncHooksContextManager'],
  expect(lines) {
    everyStepSeesItsRequest(lines.slice(0, -1), 20, 32);
    assert.deepStrictEqual(lines.at(-1), { outside: null });
  },
};
