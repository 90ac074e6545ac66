'use strict';

/** What hooks cost in memory: no growth, and no more than with Node's own module. */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const { test } = require('node:test');
const { promisify } = require('node:util');

const { runAs } = require('./support/twins');
const { patience } = require('../scripts/patience');

const SOAK = require.resolve('../tasks/bench/soak');

test('promises that come and go leave nothing behind', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', SOAK, '3'], { timeout: patience(120_000) });
  const rows = stdout
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number));
  assert.strictEqual(rows.length, 10);
  const heaps = rows.slice(2).map(([, , heap]) => heap);
  assert.ok(Math.max(...heaps) - Math.min(...heaps) < 2, `${heaps} MB`);
  for (const [, alive] of rows) assert.ok(alive < 20_000, `${alive} promises were not destroyed`);
});

test('promises that stay cost no more than with the builtin', async () => {
  const grown = async (/** @type {'builtin' | 'ours'} */ which) => {
    const { stdout } = await runAs(which, 'promises-that-stay.js', { nodeOptions: ['--expose-gc'] });
    return Number(stdout);
  };
  const builtin = await grown('builtin');
  const ours = await grown('ours');
  // The share of noise in the size of a process.
  assert.ok(ours <= builtin * 1.1, `ours ${ours}, builtin ${builtin} bytes`);
});
