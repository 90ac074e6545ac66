'use strict';

/** What `--require async-hooks-rs/register` and `--import async-hooks-rs/register` promise. */

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const Module = /** @type {any} */ (require('node:module'));

const { makeApp, registration } = require('./support/registered');

const { app, packageRoot, run, runForJSON } = makeApp();
const flags = ['--require', '--import'];

/** @param {string[]} args */
async function assertAllWays(args) {
  const ways = Object.entries(await runForJSON(args));
  assert.ok(ways.length > 10);
  assert.deepStrictEqual(
    ways.filter(([, isOurs]) => !isOurs),
    [],
  );
}

describe('gives the package', () => {
  for (const flag of flags) {
    for (const program of ['main.cjs', 'main.mjs']) {
      it(`${flag}, ${program}`, () => assertAllWays([flag, registration, program]));
      it(`${flag}, ${program} in a Worker`, () => assertAllWays([flag, registration, program, 'worker']));
    }
  }
  // Node runs no --import in a Worker of a source text.
  for (const program of ['main.cjs', 'main.mjs']) {
    it(`--require, ${program} from an eval Worker`, () => assertAllWays(['--require', registration, program, 'eval']));
  }
  for (const flag of flags) {
    it(`${flag}, -e`, async () => {
      const code = 'console.log(require("async_hooks") === require("async-hooks-rs"))';
      assert.strictEqual(await run([flag, registration, '-e', code]), 'true\n');
    });
    it(`${flag}, --test`, () => run([flag, registration, '--test', 'runner.cjs']));
  }
});

describe('beside a loader that supplies sources', () => {
  // Node 26 deprecates such loaders.
  const loaders = ['sources-in-hooks-thread.mjs'];
  if (Module.registerHooks) loaders.push('sources-in-this-thread.mjs');
  for (const loader of loaders) {
    for (const program of ['main.cjs', 'main.mjs']) {
      const loading = ['--no-deprecation', '--import', `./${loader}`];
      it(`registered first, ${loader}, ${program}`, () => assertAllWays(['--import', registration, ...loading, program]));
      it(`registered last, ${loader}, ${program}`, () => assertAllWays([...loading, '--import', registration, program]));
      it(`required, ${loader}, ${program}`, () => assertAllWays(['--require', registration, ...loading, program]));
    }
  }
});

describe('changes nothing else', () => {
  for (const flag of flags) {
    it(`${flag}: answers and errors`, async () => {
      const plain = await runForJSON([flag, './first.cjs', 'answers.cjs']);
      assert.strictEqual(plain.errors.require.code, 'MODULE_NOT_FOUND');
      assert.deepStrictEqual(await runForJSON([flag, registration, 'answers.cjs']), plain);
    });
    it(`${flag}: what Node's internals make, what was taken before`, () =>
      run(['--require', './first.cjs', flag, registration, 'internals.cjs']));
    it(`${flag}: resources of the program`, async () => {
      const plain = await runForJSON([flag, './first.cjs', 'resources.cjs']);
      assert.ok(plain.includes('Immediate'));
      assert.deepStrictEqual(await runForJSON(['--require', './first.cjs', flag, registration, 'resources.cjs']), plain);
    });
  }
  it('respects a mock in require.cache', () => run(['--require', registration, 'mocked.cjs']));
});

describe('registered more than once', () => {
  it('by both flags', () => assertAllWays(['--require', registration, '--import', registration, 'main.mjs']));

  it('by two copies', async () => {
    const copy = path.join(app, 'other', 'async-hooks-rs');
    for (const file of fs.readdirSync(packageRoot)) {
      if (!/^(index\.m?js|native\.js|register\.js|package\.json|lib|.*\.node)$/.test(file)) continue;
      fs.cpSync(path.join(packageRoot, file), path.join(copy, file), { recursive: true });
    }
    await run(['--require', './first.cjs', '--require', registration, 'copies.cjs']);
    await assertAllWays(['--require', './other/async-hooks-rs/register.js', '--import', registration, 'main.mjs']);
  });
});

describe('a Worker with an execArgv of its own', () => {
  it('has only what that says', async () => {
    assert.strictEqual(await run(['--require', registration, 'worker.cjs']), 'false\n');
  });
  it('has what NODE_OPTIONS say', async () => {
    assert.strictEqual(await run(['worker.cjs'], { NODE_OPTIONS: `--require ${registration}` }), 'true\n');
  });
});
