'use strict';

const assert = require('node:assert');

module.exports = {
  packages: ['pino'],
  asserts:
    'every line that 10 requests at once log carries the id of its own request, with a child logger and with a transport in a worker too',
  uses: ['AsyncLocalStorage'],
  /** The order of the requests is not promised. */
  read: ({ stdout, stderr, code }) => {
    if (code !== 0) throw new Error(stderr);
    return (stdout + stderr)
      .trim()
      .split('\n')
      .sort()
      .map((line) => JSON.parse(line));
  },
  expect(lines) {
    assert.deepStrictEqual(lines.length, 50);
    for (const { id, url } of lines) assert.deepStrictEqual(`/${id}`, url);
    assert.deepStrictEqual(lines.filter(({ module }) => module === 'files').length, 10);
  },
};
