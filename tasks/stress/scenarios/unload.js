'use strict';

/** The addon is loaded in Workers alone, which come and go. */

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { resultsOf } = require('../programs');

/** What the size of a process varies by, in megabytes. */
const TOLERANCE_MB = 40;

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const rounds = quick ? 6 : 60;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    const { builtin, ours } = await resultsOf('unload', [rounds, folder], {
      nodeOptions: ['--expose-gc'],
      timeout: quick ? 60_000 : 600_000,
    });
    assert.ok(builtin.works && ours.works, 'the main thread cannot use it afterwards');
    assert.strictEqual(ours.mappings.length, 1, `the addon is mapped ${ours.mappings} times`);
    assert.strictEqual(ours.end.threads, ours.before.threads);
    assert.ok(ours.end.files <= Math.max(ours.warm.files, builtin.end.files), `${ours.end.files} files are open`);
    const [grown, builtinGrown] = [ours, builtin].map(({ warm, end }) => end.rss - warm.rss);
    assert.ok(grown <= builtinGrown + TOLERANCE_MB, `RSS grew by ${grown} MB, with the builtin by ${builtinGrown} MB`);
    return (
      `${rounds} rounds of 6 Workers (3 of them nested, every other round recorded), mapped ${ours.mappings[0]} times throughout; ` +
      `RSS ${ours.warm.rss} MB, at the end ${ours.end.rss} MB, builtin ${builtin.warm.rss} and ${builtin.end.rss}`
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = { run };
