'use strict';

/**
 * Under `async-hooks-rs/register` the module `node:async_hooks` is a builtin like any other to
 * those who patch, mock or instrument builtins, and nothing of the registration shows.
 */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { describe, it } = require('node:test');
const Module = /** @type {any} */ (require('node:module'));

const { makeApp, registration } = require('./support/registered');

const { run, runForJSON } = makeApp();
const flags = ['--require', '--import'];

/**
 * @param {string} file preloaded beside the registration
 * @returns {[string, string[]][]}
 */
const orders = (file) =>
  flags.flatMap(
    (flag) =>
      /** @type {[string, string[]][]} */ ([
        [`${flag} of register first`, [flag, registration, flag, file]],
        [`${flag} of register last`, [flag, file, flag, registration]],
      ]),
  );

describe('a function put into the module, and synchronized with import', () => {
  for (const [order, args] of orders('./patch.cjs')) {
    it(order, async () => {
      assert.deepStrictEqual(await runForJSON([...args, 'patched.mjs']), { createHook: ['patched', 'patched', 'patched'], rest: true });
    });
  }
});

describe('a require that instruments', () => {
  for (const [order, args] of orders('./instrument-require.cjs')) {
    it(order, async () => {
      assert.deepStrictEqual(await runForJSON([...args, 'instrumented.cjs']), { createHook: 'patched', rest: true, hook: true });
    });
  }
});

describe('loader hooks that instrument', { skip: Module.registerHooks === undefined && 'this Node has none' }, () => {
  for (const [order, args] of orders('./instrument-loading.cjs')) {
    for (const program of ['instrumented.cjs', 'instrumented.mjs']) {
      it(`${order}, ${program}`, async () => {
        assert.deepStrictEqual(await runForJSON([...args, program]), { createHook: 'patched', rest: true, hook: true });
      });
    }
  }
});

const mocks = '--experimental-test-module-mocks';
const optionExists = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' }).stdout.includes(mocks);

describe('mock.module', { skip: !optionExists && 'this Node has none' }, () => {
  for (const flag of flags) {
    it(flag, async () => {
      const output = await run(['--no-warnings', mocks, flag, registration, '--test-reporter=tap', 'mocked-module.mjs']);
      assert.match(output, /mocked$/m);
    });
  }
});

describe('nothing of it shows', () => {
  for (const flag of flags) {
    it(`${flag}: in stacks`, async () => {
      const plain = await runForJSON([flag, './first.cjs', 'frames.cjs']);
      assert.ok(plain.sites.length > 5);
      assert.deepStrictEqual(await runForJSON([flag, registration, 'frames.cjs']), plain);
    });
    for (const imported of [[], ['esm-dependency'], ['./esm-only.mjs']]) {
      it(`${flag}: to a hook from the first line on${imported.map((name) => `, ${name} is imported`)}`, async () => {
        const plain = await runForJSON([flag, './first.cjs', 'events.cjs', ...imported]);
        assert.ok(plain.length > 10);
        assert.deepStrictEqual(await runForJSON([flag, './first.cjs', flag, registration, 'events.cjs', ...imported]), plain);
      });
    }
    it(`${flag}: in what is pending when the program starts`, async () => {
      const code = `
        const begun = new Set();
        const unknown = [];
        const hook = process.getBuiltinModule?.('async_hooks') ?? require('async_hooks');
        hook.createHook({ init: (id) => void begun.add(id), before(id) { if (!begun.has(id)) unknown.push(id); } }).enable();
        setTimeout(() => console.log(unknown.length), 20);`;
      const plain = await run([flag, './first.cjs', '-e', code]);
      assert.strictEqual(await run([flag, registration, '-e', code]), plain);
    });
  }
});
