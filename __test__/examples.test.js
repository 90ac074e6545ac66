'use strict';
// Every example prints the same under this package as under Node's own module, and what its header says;
// the demo agrees; and both comparisons are shown to notice a difference.

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const test = require('node:test');
const { difference, list, runExample } = require('../examples/run');
const { record } = require('../examples/demo');
const { verdict } = require('../examples/demo/verdict');
const { patience } = require('../scripts/patience');

for (const name of list()) {
  test(`examples/${name}.js`, async (t) => {
    const { problems, note } = await runExample(name);
    if (note) t.diagnostic(note);
    assert.deepStrictEqual(problems, []);
  });
}

test('the runner finds the first line that differs', () => {
  assert.deepStrictEqual(difference('a\nb\n', 'a\nb\n', 'other'), []);
  assert.match(difference('a\nb\n', 'a\nc\n', 'other')[0], /^line 2 .*\n {2}ours: b\n {2}other: c$/);
  assert.match(difference('a', 'a\nb', 'other')[0], /^line 2 .*\n {2}ours: \(no line\)\n {2}other: b$/);
  assert.match(difference('a\nb', 'a', 'other')[0], /^line 2 .*\n {2}ours: b\n {2}other: \(no line\)$/);
});

test('the demo agrees with the builtin', () => {
  const demo = path.join(__dirname, '..', 'examples', 'demo');
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], { encoding: 'utf8', timeout: patience(120_000) });
  assert.strictEqual(status, 0, stdout + stderr);
  assert.match(stdout, /^The two modules agree\.$/m);
});

test('the verdict of the demo notices a change in a single resource', () => {
  const seen = record('ours');
  const changes = {
    'another type': (task) => {
      task.type = 'Other';
    },
    'another trigger': (task) => {
      task.trigger = 1;
    },
    'a callback less': (task) => {
      task.before.pop();
    },
    'after ahead of before': (task) => {
      task.order = 'iabd';
    },
    'a second destroy': (task) => {
      task.order += 'd';
    },
  };
  assert.ok(verdict(seen, structuredClone(seen)).agree);
  for (const [name, change] of Object.entries(changes)) {
    const other = structuredClone(seen);
    const { first, end } = other.visit;
    change(other.resources.slice(first, end).find(({ type }) => type === 'PoolTask'));
    assert.ok(!verdict(seen, other).agree, name);
  }
});
