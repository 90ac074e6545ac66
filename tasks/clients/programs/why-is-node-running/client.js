'use strict';

const assert = require('node:assert');

const at = (/** @type {string[]} */ ...lines) => lines;

module.exports = {
  packages: ['why-is-node-running'],
  asserts:
    'names what keeps a program alive (intervals, servers, a file watcher), with the file, line and source of each, and nothing else above them',
  uses: ['createHook'],
  program: 'program.mjs',
  expect(lines) {
    const sections = lines
      .join('\n')
      .split('\n\n# ')
      .slice(1)
      .map((section) => section.split('\n'));
    const named = sections.filter(([, first]) => first !== '(unknown stack trace)');
    const interval = 'program.mjs:9  - setInterval(() => {}, 1000);';
    assert.deepStrictEqual(
      named.filter(([type]) => type === 'Timeout'),
      [at('Timeout', interval, 'program.mjs:13 - startServer();'), at('Timeout', interval, 'program.mjs:14 - startServer();')],
    );
    assert.deepStrictEqual(
      named.filter(([type]) => type === 'FSEVENTWRAP'),
      [at('FSEVENTWRAP', 'program.mjs:15 - const watcher = watch(import.meta.dirname);')],
    );
  },
};
