'use strict';

/** What `npm run format` looks at. That everything has the format is for `npm run ready` to say. */

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');
const { scripts } = require('../package.json');

const root = path.join(__dirname, '..');

test('npm run ready checks the format of both languages', () => {
  assert.match(scripts.ready, /\bnpm run format\b/);
  assert.match(scripts.format, /\bcargo fmt .*--check\b/);
  assert.match(scripts.format, /\bprettier --check \./);
});

test('the JavaScript and the types have a format, and what is not ours has none', async () => {
  const { getFileInfo } = await import('prettier');
  const isLookedAt = async (/** @type {string} */ file) => {
    const { ignored, inferredParser } = await getFileInfo(path.join(root, file), { ignorePath: path.join(root, '.prettierignore') });
    return !ignored && inferredParser !== null;
  };
  for (const file of [
    'index.js',
    'index.d.ts',
    'lib/x/y.js',
    'tasks/bench/index.js',
    '__test__/x.test.js',
    'crates/report/src/page/client/x.js',
  ]) {
    assert.ok(await isLookedAt(file), file);
  }
  for (const file of [
    'README.md',
    'package.json',
    'target/x.js',
    '__test__/questions/x.js',
    '.nodes/26/x.js',
    'crates/report/src/page/uplot/uPlot.iife.min.js',
  ]) {
    assert.ok(!(await isLookedAt(file)), file);
  }
});

test('JSDoc casts keep the parentheses that make them casts', async () => {
  const { format, resolveConfig } = await import('prettier');
  const file = path.join(root, 'index.js');
  const cast = 'const a = /** @type {string} */ (b);\n';
  assert.strictEqual(await format(cast, { ...(await resolveConfig(file)), filepath: file }), cast);
});
