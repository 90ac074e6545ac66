'use strict';

const assert = require('node:assert');
const path = require('node:path');

const program = path.join(__dirname, 'program.js');

module.exports = {
  packages: ['trace'],
  asserts:
    "the stack of an error goes back over a tick, a promise, a file and a timer to the main script, by function, file and line, with no frames but those and Node's own",
  uses: ['createHook'],
  nodeArgs: ['--stack_trace_limit=100'],
  preload: ['trace'],
  /** Node's own frames are not the client's, and vary. */
  read: ({ stdout, stderr }) => {
    const lines = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
    return lines.length === 0 ? [stderr] : lines.filter((line) => !/\(?node:[^ ]*\)?$/.test(line));
  },
  expect(lines) {
    const frames = lines.slice(1).filter((line) => !line.endsWith('(<anonymous>)'));
    const calls = frames.map((line) => {
      const [, name, place] = /^at (.+?)(?: \[as \w+\])? \((.+):\d+\)$/.exec(line) ?? [];
      return `${name?.replace(/^\w+\.(?=\w)/, '')} ${place?.replace(program, '')}`;
    });
    assert.deepStrictEqual(calls, [
      'fifth :24',
      'fourth :20',
      'third :16',
      'third :16',
      'second :12',
      'first :8',
      'Object.<anonymous> :27',
    ]);
  },
};
