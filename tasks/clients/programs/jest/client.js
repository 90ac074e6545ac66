'use strict';

const assert = require('node:assert');

module.exports = {
  packages: ['jest'],
  asserts:
    '`--detectOpenHandles` names a server and an interval that tests left open, with source, file and line and no frame above them; tests of contexts and hooks pass in its vm contexts',
  uses: ['createHook', 'AsyncLocalStorage'],
  program: '../../node_modules/jest/bin/jest.js',
  args: ['--rootDir', 'project', '--config', 'project/jest.config.js', '--runInBand', '--detectOpenHandles', '--forceExit'],
  seconds: 120,
  /** The order of the files, and of what they left open, is not promised. */
  read({ code, stdout, stderr }) {
    const text = stdout + stderr;
    if (code !== 0) throw new Error(text);
    const sections = text
      .split('●')
      .slice(1)
      .map((section) => section.split('\n').map((line) => line.trim()));
    return {
      passed: text
        .split('\n')
        .filter((line) => line.startsWith('PASS'))
        .sort(),
      tests: /^Tests: +(.*)$/m.exec(text)?.[1],
      handles: sections
        .map(([type, ...lines]) => ({
          type,
          source: lines.filter((line) => line.startsWith('>')),
          frames: lines.filter((line) => line.startsWith('at ')),
        }))
        .sort((a, b) => (a.type < b.type ? -1 : 1)),
    };
  },
  expect(facts) {
    assert.deepStrictEqual(facts, {
      passed: ['PASS project/context.test.js', 'PASS project/left-timer.test.js', 'PASS project/open-server.test.js'],
      tests: '4 passed, 4 total',
      handles: [
        {
          type: 'TCPSERVERWRAP',
          source: ["> 7 |   server.listen(0, '127.0.0.1', done);"],
          frames: ['at Object.<anonymous> (open-server.test.js:7:10)'],
        },
        { type: 'Timeout', source: ['> 4 |   setInterval(() => {}, 1000);'], frames: ['at Object.<anonymous> (left-timer.test.js:4:3)'] },
      ],
    });
  },
};
