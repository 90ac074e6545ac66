'use strict';

const assert = require('node:assert');

module.exports = {
  packages: ['ws'],
  asserts:
    '8 connections with compression at once: bound listeners of both sides, and what they set off, see their own connection for each of 5 messages',
  uses: ['AsyncLocalStorage', 'AsyncResource'],
  expect(lines) {
    assert.deepStrictEqual(
      lines,
      Array.from({ length: 8 }, (_, connection) => {
        const id = `c${connection}`;
        const seen = Array.from({ length: 5 }, (_, index) => ({
          text: `${id} ${index}`,
          received: id,
          zipped: id,
          awaited: id,
          client: id,
        }));
        return { id, left: id, awaited: id, seen };
      }),
    );
  },
};
