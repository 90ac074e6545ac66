'use strict';

/** `npm test -- NAME` runs that file alone. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { describe, test } = require('node:test');
const { scripts } = require('../package.json');

const root = path.join(__dirname, '..');

/** @param {string[]} args of `npm test --` */
function npmTest(...args) {
  // Node's test runner does not start a second one inside of a test, which it knows by this.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const [, script] = scripts.test.split(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: root, env, encoding: 'utf8' });
  const count = (/** @type {string} */ what) => Number(new RegExp(`^ℹ ${what} (\\d+)$`, 'm').exec(stdout)?.[1]);
  return { status, stderr, stdout, passed: count('pass') };
}

describe('npm test -- NAME', () => {
  for (const name of ['instances', 'instances.test.js', path.join(__dirname, 'instances.test.js')]) {
    test(`runs one file: ${path.relative(root, path.resolve(root, name))}, as ${path.isAbsolute(name) ? 'a whole path' : name}`, () => {
      const { status, stderr, passed } = npmTest(name);
      assert.deepStrictEqual([status, stderr], [0, '']);
      assert.ok(passed > 0);
    });
  }

  test('runs several files', () => {
    const [one, other, both] = [npmTest('instances'), npmTest('surface'), npmTest('instances', 'surface')];
    assert.deepStrictEqual([both.status, both.passed], [0, one.passed + other.passed]);
  });

  test('runs one program of the corpus', () => {
    const { status, stdout } = npmTest('__test__/corpus/timer-timeout.js');
    assert.strictEqual(status, 0, stdout);
    const ran = new Set([...stdout.matchAll(/✔ (\S+) in /g)].map(([, program]) => program));
    assert.deepStrictEqual([...ran], ['timer-timeout.js']);
  });

  test('runs the tests that --grep matches', () => {
    const { status, stdout } = npmTest('bench', '--grep', 'names of their own');
    assert.strictEqual(status, 0);
    assert.match(stdout, /✔ rows have names of their own/);
    assert.doesNotMatch(stdout, /✔ the Markdown table/);
  });

  test('fails where --grep leaves nothing', () => {
    const { status, stderr } = npmTest('instances', '--grep', 'no such test');
    assert.deepStrictEqual([status, stderr], [1, 'No test matches "no such test". Tests inside of tests are not looked at.\n']);
  });

  for (const [name, meant] of [
    ['promisse', 'promises'],
    ['storage-memroy', 'storage-memory'],
    ['fuzz', 'programs-fuzz, storage-fuzz'],
    ['corpus/timer-timeuot', 'corpus/timer-timeout'],
  ]) {
    test(`names what is like ${name}`, () => {
      const { status, stdout, stderr } = npmTest('instances', name);
      assert.deepStrictEqual([status, stdout, stderr], [1, '', `No test is called ${name}. Did you mean ${meant}?\n`]);
    });
  }

  test('names all where none is like it', () => {
    const { status, stderr } = npmTest('xyzzy-quux');
    assert.strictEqual(status, 1);
    assert.match(stderr, /^No test is called xyzzy-quux\. The tests are .*\bpromises, .*, and corpus\/NAME\.\n$/);
  });

  test('refuses an option that it does not know', () => {
    const { status, stderr } = npmTest('--gerp', 'x');
    assert.strictEqual(status, 1);
    assert.match(stderr, /--gerp/);
  });
});
