'use strict';

const assert = require('node:assert');
const path = require('node:path');

const program = path.join(__dirname, 'program.js');

module.exports = {
  packages: ['wtfnode'],
  asserts: 'lists the server, the socket, the interval and the timeout that keep a program alive, with function, file and line',
  uses: ['createHook'],
  /** Whether it counts stdio as opened depends on whether any module was preloaded through `module.register` (Node 20), with either module. */
  read({ code, stdout, stderr }) {
    if (code !== 0) throw new Error(stderr);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter((line) => !/^- File descriptors|\(stdio\)$/.test(line));
  },
  expect(lines) {
    const text = lines.join('\n');
    for (const expected of [
      '- 127.0.0.1:PORT -> 127.0.0.1:PORT',
      `- Servers:\n  - 127.0.0.1:PORT (TCP)\n    - Listeners:\n      - connection: onConnection @ ${program}:16`,
      `- Timers:\n  - (50000 ~ 50 s) onTimeout @ ${program}:21`,
      `- Intervals:\n  - (60000 ~ 1 min) onTick @ ${program}:20`,
    ]) {
      assert.ok(text.includes(expected), `no line says "${expected}" in\n${text}`);
    }
    assert.ok(!text.includes('40 s'), 'lists a timer that keeps nothing alive');
  },
};
