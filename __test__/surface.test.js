'use strict';

/** The exports look, answer and fail as those of the Node that is running. */

const assert = require('node:assert');
const { test } = require('node:test');

const { twins } = require('./support/twins');

/** What newer Nodes have and this one has not is there all the same. */
const ADDED = /^storage\.(name|withScope: withScope 1)$/;

test('every export answers every kind of argument as Node does', async () => {
  const { builtin, ours } = await twins('surface.js');
  assert.strictEqual(ours.stderr, builtin.stderr);
  assert.strictEqual(ours.code, 0);
  const expected = builtin.stdout.split('\n');
  const actual = ours.stdout.split('\n').filter((line) => !ADDED.test(line) || expected.includes(line));
  assert.ok(expected.length > 500, `${expected.length} lines`);
  assert.deepStrictEqual(actual, expected);
});

test('what only newer Nodes have is there', () => {
  const { AsyncLocalStorage } = require('..');
  for (const name of ['name', 'withScope']) assert.ok(name in AsyncLocalStorage.prototype, name);
});

test('trackPromises is checked on every Node', () => {
  const { createHook } = require('..');
  createHook({ trackPromises: true, promiseResolve() {} });
  createHook({ trackPromises: false });
  assert.throws(() => createHook({ trackPromises: 'no' }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_TYPE',
    message: 'The "trackPromises" argument must be of type boolean. Received type string (\'no\')',
  });
  assert.throws(() => createHook({ trackPromises: false, promiseResolve() {} }), {
    name: 'TypeError',
    code: 'ERR_INVALID_ARG_VALUE',
    message: "The argument 'trackPromises' must not be false when promiseResolve is enabled. Received false",
  });
});

test('import gives the same exports as require', async () => {
  const required = require('..');
  const imported = await import('../index.mjs');
  assert.deepStrictEqual(Object.keys(imported).sort(), [...Object.keys(required), 'default'].sort());
  for (const [name, value] of Object.entries(required)) assert.strictEqual(imported[name], value);
  assert.strictEqual(imported.default, required);
  const legacy = require('../legacy');
  const importedLegacy = await import('../legacy.mjs');
  assert.deepStrictEqual(Object.keys(importedLegacy).sort(), [...Object.keys(legacy), 'default'].sort());
});
