'use strict';

/** Contexts, triggers and checks at their edges: programs that print the same with Node's module and with this one. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { tracksPromises } = require('../lib/hooks/promises');
const { twins } = require('./support/twins');

/** Of the levels that fit the stack with Node's module. Where Node carries promises, its frames are smaller. */
const LEAST_DEPTH = tracksPromises ? 0.7 : 0.68;

/**
 * @param {string} script
 * @param {Parameters<typeof twins>[1]} [options]
 */
async function prints(script, options) {
  const { builtin, ours } = await twins(script, options);
  assert.deepStrictEqual(ours, builtin);
  assert.strictEqual(builtin.code, 0, builtin.stderr);
  return builtin.stdout;
}

describe("as with Node's module", { concurrency: 2 }, () => {
  for (const beside of ['hook', 'domain']) {
    for (const place of ['continuation', 'scope', 'scope in a scope', 'storage', 'timer']) {
      test(`a hook enabled in a ${place}, beside a ${beside} of Node's`, async () => {
        const stdout = await prints('begun-inside.js', { args: [beside, place] });
        assert.match(stdout, place === 'timer' ? /^timer true$/m : new RegExp(`^${place} true true true$`, 'm'));
      });
    }
  }

  test('destroys come from within a long chain of microtasks, each once', async () => {
    const { builtin, ours } = await twins('long-chain.js');
    assert.strictEqual(ours.stdout, 'emitDestroy 1\ntimeout 1\ntwice 0\n', ours.stderr);
    assert.strictEqual(builtin.stdout, ours.stdout);
  });

  for (const nodeOptions of [[], ['--no-async-context-frame'], ['--experimental-async-context-frame']]) {
    const isKnown = process.allowedNodeEnvironmentFlags.has(nodeOptions[0] ?? '--require');
    test(`stores inside of hooks, ${nodeOptions[0] ?? 'no flag'}`, { skip: !isKnown }, async () => {
      assert.ok((await prints('stores-in-hooks.js', { nodeOptions })).split('\n').length > 10);
    });
  }

  test('what is checked, whichever callbacks are enabled', async () => {
    assert.ok((await prints('checks.js')).split('\n').length > 1000);
  });

  for (const hooks of ['without', 'init', 'destroy', 'all']) {
    test(`what core makes after the last hook was disabled (${hooks})`, () => prints('left.js', { args: [hooks] }));
  }
});

for (const hooks of ['none', 'init']) {
  test(`scopes nest nearly as deep as Node's, hooks: ${hooks}`, async () => {
    const { builtin, ours } = await twins('depth.js', { args: [hooks] });
    const ratio = Number(ours.stdout) / Number(builtin.stdout);
    assert.ok(ratio >= LEAST_DEPTH, `${ours.stdout.trim()} levels, with Node's module ${builtin.stdout.trim()}${ours.stderr}`);
  });
}
