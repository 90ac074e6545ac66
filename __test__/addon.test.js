'use strict';

/** Loading the addon: what is said when it cannot be, and what it leaves alone. */

const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { test } = require('node:test');

const { checkNode, loadAddon } = require('../lib/addon');

const ROOT = JSON.stringify(require.resolve('..'));

/** Runs a script in a fresh process and returns what it printed. */
const run = (script, ...options) => execFileSync(process.execPath, [...options, '-e', script]).toString();

test('an unsupported Node is named, with what to do', () => {
  assert.throws(() => checkNode('v18.20.4'), {
    code: 'ERR_ASYNC_HOOKS_RS_NODE',
    message: /needs Node 20 or newer, this is v18\.20\.4\. Use a newer Node/,
  });
  for (const version of ['v20.0.0', 'v22.1.0', 'v26.10.0', 'v100.0.0']) checkNode(version);
});

test('a missing binary is named, with where it was looked for and what to do', () => {
  const cause = new Error('Cannot find module');
  assert.throws(() => loadAddon(() => { throw cause; }), {
    code: 'ERR_ASYNC_HOOKS_RS_BINARY',
    message: new RegExp(`for ${process.platform}-${process.arch}.*async-hooks-rs\\.node.*npm rebuild.*Cannot find module`),
    cause,
  });
});

test('addons that are switched off are said to be', () => {
  const { stderr, status } = spawnSync(process.execPath, ['--no-addons', '-e', `require(${ROOT})`]);
  assert.match(stderr.toString(), /addons are switched off in this process: .*--allow-addons/);
  assert.strictEqual(status, 1);
});

test('every place that was tried is named, with what it said', () => {
  const script = `require(${ROOT})`;
  const { stderr, status } = spawnSync(process.execPath, ['-e', script], {
    env: { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: '/nowhere/async-hooks-rs.node' },
  });
  assert.match(stderr.toString(), /What they said: Cannot find module '\/nowhere\/async-hooks-rs\.node'/);
  assert.strictEqual(status, 1);
});

test('the binary has what its types declare', () => {
  const types = fs.readFileSync(require.resolve('../lib/native.d.ts'), 'utf8');
  const declared = [...types.matchAll(/^export function (\w+)/gm)].map(([, name]) => name);
  assert.deepStrictEqual(Object.keys(require('../lib/binary').load()).sort(), declared.sort());
  for (const [, name, body] of types.matchAll(/^export interface (Layout|WantsBits) \{([^}]*)\}/gm)) {
    const field = name[0].toLowerCase() + name.slice(1);
    const fields = [...body.matchAll(/^ {2}(\w+): number;$/gm)].map(([, key]) => key);
    assert.deepStrictEqual(Object.keys(require('../lib/binary').load()[field]()).sort(), fields.sort());
  }
});

test('memory that does not fit is refused', () => {
  const native = require('../lib/binary').load();
  const script = `
    const native = require(${JSON.stringify(require.resolve('../lib/binary'))}).load();
    for (const memory of [new Float64Array(1), new Uint32Array(${native.layout().slots}), {}, null]) {
      try { native.openThread(memory, () => {}, () => {}, () => {}, () => {}); console.log('opened'); } catch (error) { console.log(error.message); }
    }
    try { native.newAsyncId(); } catch (error) { console.log(error.message); }`;
  const lines = run(script).trim().split('\n');
  assert.strictEqual(lines.length, 5);
  for (const line of lines.slice(0, 4)) assert.match(line, /the memory must be a Float64Array of \d+ slots/);
  assert.match(lines[4], /the thread was not opened/);
});

test('require enables nothing and keeps nothing alive', () => {
  const script = `
    const builtin = require('node:async_hooks');
    const types = [];
    const hook = builtin.createHook({ init(id, type) { types.push(type); } });
    require(${ROOT});
    hook.enable();
    Promise.resolve().then(() => {
      hook.disable();
      console.log(builtin.executionAsyncId() > 0, types.join());
    });`;
  assert.strictEqual(run(script), 'true PROMISE,PROMISE\n');
});

test('after the last hook is disabled nothing is left switched on', () => {
  const script = `
    const ah = require(${ROOT});
    const hooks = [ah.createHook({ init() {} }), ah.createHook({ init() {}, destroy() {}, promiseResolve() {} })];
    for (const hook of hooks) hook.enable();
    for (const hook of hooks) hook.disable();
    setImmediate(() => Promise.resolve().then(() => {
      // Without promise hooks, Node knows no id for a continuation.
      console.log(ah.executionAsyncId(), Object.getOwnPropertySymbols(Promise.resolve()).length);
    }));`;
  assert.strictEqual(run(script), '0 0\n');
});
