'use strict';

/** The linter keeps the rooms of `lib/` apart. */

const assert = require('node:assert');
const path = require('node:path');
const { test } = require('node:test');

const { Linter } = require('eslint');

const { rule } = require('../scripts/lint/rooms');

/**
 * @param {string} file below `lib`
 * @param {string} source
 */
function faults(file, source) {
  const linter = new Linter({ cwd: path.join(__dirname, '..') });
  const sourceType = file.endsWith('.mjs') ? 'module' : 'commonjs';
  const config = {
    files: ['**/*'],
    plugins: { house: { rules: { rooms: rule } } },
    languageOptions: { sourceType },
    rules: { 'house/rooms': 'error' },
  };
  return linter.verify(source, /** @type {any} */ (config), path.join(__dirname, '..', 'lib', file)).map(({ message }) => message);
}

test('what a room may ask for', () => {
  assert.deepStrictEqual(
    faults('hooks/emit.js', "require('../engine/thread'); require('../node/errors'); require('node:fs'); require('./headroom');"),
    [],
  );
  assert.deepStrictEqual(faults('cli/compare.js', "require('../compare/index');"), []);
});

test('an arrow back up, or aside', () => {
  assert.deepStrictEqual(faults('node/errors.js', "require('../engine/targets');"), ['lib/node may not ask for lib/engine.']);
  assert.deepStrictEqual(faults('storage/index.js', "function late() { require('../record/index'); }"), [
    'lib/storage may not ask for lib/record.',
  ]);
  assert.deepStrictEqual(faults('engine/new.mjs', "import '../hooks/index.js';"), ['lib/engine may not ask for lib/hooks.']);
  assert.deepStrictEqual(faults('attic/new.js', "require('../node/errors');"), ['lib/attic has no floor in scripts/lint/rooms.js.']);
});

test('a circle', () => {
  assert.deepStrictEqual(faults('hooks/emit.js', "require('./feed');"), ['This leads back to the file that asks.']);
  assert.deepStrictEqual(faults('engine/thread.js', "require('./thread');"), ['This leads back to the file that asks.']);
});

test('the faces', () => {
  const message = ['Nothing in lib/ asks for a file outside of it.'];
  assert.deepStrictEqual(faults('hooks/emit.js', "require('../..');"), message);
  assert.deepStrictEqual(faults('cli/run.js', "require('../../record.js');"), message);
  assert.deepStrictEqual(faults('compare/new.mjs', "await import('../../index.mjs');"), message);
});
