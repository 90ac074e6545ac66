'use strict';

const assert = require('node:assert');

module.exports = {
  packages: ['undici'],
  asserts:
    '28 requests at once over 2 connections see their own context in `fetch`, `request`, `stream` and `pipeline`: in callbacks, bodies, after awaiting and after an abort',
  uses: ['AsyncLocalStorage', 'AsyncResource'],
  expect(lines) {
    assert.deepStrictEqual(lines.length, 28);
    for (const { id, seen } of lines) {
      assert.ok(Object.keys(seen).length >= 2, `${id} saw nothing`);
      for (const [event, current] of Object.entries(seen)) assert.deepStrictEqual(current, id, `${event} of ${id} saw ${current}`);
    }
  },
};
