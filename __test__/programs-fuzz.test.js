'use strict';

/** Random programs see the same events as with the builtin, and the fuzzer that says so finds what is wrong. */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const { describe, test } = require('node:test');

const { sizeOf } = require('../tasks/fuzz/common/trees');
const { names } = require('../tasks/fuzz/programs/broken');
const { generate } = require('../tasks/fuzz/programs/generate');
const { print } = require('../tasks/fuzz/programs/print');
const { runtimeCanIgnorePromises } = require('../lib/node/hook-symbols');
const { sampleOf } = require('./support/sample');
const { patience } = require('../scripts/patience');

const FUZZ = require.resolve('../tasks/fuzz/programs');
const TIMEOUT_MS = patience(300_000);

/**
 * @param {string[]} args
 * @returns {Promise<{ code: unknown, stdout: string, stderr: string }>}
 */
function fuzz(...args) {
  return new Promise((resolve) => {
    const options = { timeout: TIMEOUT_MS, killSignal: /** @type {const} */ ('SIGKILL'), env: { ...process.env, NODE_TEST_CONTEXT: '' } };
    execFile(process.execPath, [FUZZ, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr });
    });
  });
}

describe('random programs', { concurrency: 2 }, () => {
  for (const [name, ...args] of [
    ['with the builtin alone', '--self'],
    ["with the builtin's hooks twice, side by side", '--self', '--same-process'],
    ['with ours'],
    ['with both in one process', '--same-process'],
  ]) {
    test(name, async () => {
      const { code, stdout, stderr } = await fuzz('--seed', '1', '--count', '300', ...args);
      assert.strictEqual(code, 0, stdout + stderr);
      assert.match(stdout, /^300 programs from seed 1 on .*: every event is the same\.$/m);
      assert.strictEqual(stderr, '');
    });
  }
});

describe('programs in which events once differed', { concurrency: 2 }, () => {
  /** @type {Record<string, object>} */
  const programs = {
    'a timer that is started again in a microtask': {
      hooks: [{ callbacks: {} }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        {
          id: 5,
          op: 'then',
          how: 'then',
          reg: 0,
          from: 0,
          body: [
            { id: 6, op: 'timeout', how: 'plain', reg: 0, body: [{ id: 7, op: 'microtask', body: [{ id: 10, op: 'refresh', reg: 0 }] }] },
          ],
        },
      ],
    },
    'a hook with destroy that is disabled, and enabled again before the loop turns': {
      hooks: [{ callbacks: { destroy: [] } }, { callbacks: { after: [] } }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        {
          id: 4,
          op: 'tick',
          how: 'plain',
          reg: 0,
          body: [
            { id: 5, op: 'timeout', how: 'plain', reg: 0, async: false, body: [{ id: 8, op: 'on', hook: 0 }] },
            { id: 9, op: 'off', hook: 0 },
          ],
        },
        { id: 11, op: 'on', hook: 1 },
      ],
    },
    'the last hook with callbacks is disabled in one, beside a hook without any': {
      hooks: [
        { callbacks: {} },
        {
          callbacks: {
            destroy: [],
            init: [{ nth: 3, body: [{ id: 31, op: 'then', how: 'then', reg: 0, from: 1, body: [] }] }],
            after: [{ nth: 2, body: [{ id: 32, op: 'off', hook: 1 }] }],
          },
        },
      ],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 3, op: 'on', hook: 1 },
        { id: 27, op: 'then', how: 'finally', reg: 1, from: 0, body: [] },
      ],
    },
    'a hook with promiseResolve that was enabled before, and is again in a callback': {
      hooks: [{ callbacks: { after: [{ nth: 1, body: [{ id: 22, op: 'on', hook: 1 }] }] } }, { callbacks: { promiseResolve: [] } }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 12, op: 'make', how: 'subclass', reg: 0, from: 0 },
        { id: 15, op: 'on', hook: 1 },
        { id: 17, op: 'off', hook: 1 },
      ],
    },
    'a hook that ignores promises is enabled beside one that follows them': {
      hooks: [{ callbacks: {} }, { callbacks: { init: [] }, ignoresPromises: true }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 9, op: 'on', hook: 1 },
        { id: 11, op: 'then', how: 'then', reg: 0, from: 0, body: [] },
      ],
    },
    'a hook is enabled when the only one with init was disabled': {
      hooks: [{ callbacks: { promiseResolve: [] } }, { callbacks: {} }, { callbacks: { init: [] } }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 15, op: 'then', how: 'finally', reg: 0, from: 0, body: [] },
        { id: 20, op: 'on', hook: 2 },
        { id: 22, op: 'off', hook: 2 },
        { id: 24, op: 'on', hook: 1 },
      ],
    },
    'a microtask beside a hook without callbacks, of which another was disabled': {
      hooks: [{ callbacks: {} }, { callbacks: {} }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 7, op: 'on', hook: 1 },
        { id: 8, op: 'off', hook: 0 },
        { id: 11, op: 'microtask', async: false, body: [] },
      ],
    },
    'a microtask after the only hook, without callbacks, was disabled': {
      hooks: [{ callbacks: {} }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 5, op: 'off', hook: 0 },
        { id: 9, op: 'microtask', body: [] },
      ],
    },
    'a hook without callbacks is enabled just after one that hears promises resolve': {
      hooks: [{ callbacks: { promiseResolve: [] } }, { callbacks: {} }],
      collects: true,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 2, op: 'off', hook: 0 },
        { id: 3, op: 'promise', how: 'reject', reg: 0, from: 0, body: [{ id: 26, op: 'on', hook: 1 }] },
      ],
    },
    'a promise after a hook was enabled again, in a microtask that Node follows': {
      hooks: [{ callbacks: { init: [], after: [{ nth: 2, body: [{ id: 23, op: 'async', reg: 0, body: [] }] }] } }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 6, op: 'microtask', body: [{ id: 8, op: 'on', hook: 0 }] },
        { id: 11, op: 'combine', how: 'all', reg: 0, from: 0 },
        { id: 12, op: 'off', hook: 0 },
      ],
    },
    'a promise after a hook without init was enabled again at once': {
      hooks: [{ callbacks: { after: [] } }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 11, op: 'promise', how: 'promise', reg: 0, from: 0, body: [{ id: 12, op: 'off', hook: 0 }] },
        { id: 15, op: 'on', hook: 0 },
      ],
    },
    'a hook is disabled and enabled again in a scope in a continuation': {
      hooks: [{ callbacks: { init: [] } }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        {
          id: 8,
          op: 'then',
          how: 'then',
          reg: 0,
          from: 0,
          body: [
            {
              id: 12,
              op: 'scope',
              reg: 0,
              body: [
                { id: 13, op: 'off', hook: 0 },
                { id: 14, op: 'on', hook: 0 },
              ],
            },
          ],
        },
      ],
    },
  };
  /** The hooks of both modules in one process. */
  const together = {
    'a thenable after hooks without callbacks were enabled and disabled': {
      hooks: [{ callbacks: {} }],
      collects: false,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 17, op: 'off', hook: 0 },
        { id: 18, op: 'thenable', how: 'resolve', reg: 0, body: [] },
      ],
    },
    'a promise just after a hook with destroy was disabled, and before another is enabled': {
      hooks: [{ callbacks: { destroy: [] } }, { callbacks: { destroy: [] } }],
      collects: true,
      main: [
        { id: 1, op: 'on', hook: 0 },
        { id: 7, op: 'off', hook: 0 },
        { id: 12, op: 'async', reg: 0, body: [] },
        { id: 22, op: 'on', hook: 1 },
      ],
    },
  };
  for (const [name, program] of Object.entries(together)) {
    test(`${name}, in one process`, async () => {
      const { code, stdout, stderr } = await fuzz('--same-process', '--program', JSON.stringify({ seed: 1, ...program }));
      assert.strictEqual(code, 0, stdout + stderr);
    });
  }
  for (const [name, program] of Object.entries(programs)) {
    // Node 20 and 22 cannot say what is right where a hook ignores promises.
    const skip = JSON.stringify(program).includes('ignoresPromises') && !runtimeCanIgnorePromises;
    test(name, { skip }, async () => {
      const { code, stdout, stderr } = await fuzz('--program', JSON.stringify({ seed: 1, ...program }));
      assert.strictEqual(code, 0, stdout + stderr);
    });
  }
});

test('a seed is a program', () => {
  assert.deepStrictEqual(generate(7, 30), generate(7, 30));
  assert.notDeepStrictEqual(generate(7, 30), generate(8, 30));
  assert.strictEqual(print(generate(7, 30)), print(generate(7, 30)));
});

describe('a mistake is found, made small and found again', { concurrency: 2 }, () => {
  for (const name of sampleOf(names)) {
    test(name, async () => {
      const first = await fuzz('--seed', '1', '--count', '1000', '--broken', name);
      assert.strictEqual(first.code, 1, first.stdout + first.stderr);
      const [, program] = first.stdout.match(/^Again: .* --program '(.*)'$/m) ?? [];
      assert.ok(program !== undefined, first.stdout);
      const json = program.replaceAll("'\\''", "'");
      const { main, hooks } = JSON.parse(json);
      const reactions = hooks.flatMap((/** @type {any} */ { callbacks }) => Object.values(callbacks).flat());
      const size = [main, ...reactions.map(({ body }) => body)].reduce((sum, block) => sum + sizeOf(block), 0);
      assert.ok(size <= 8, first.stdout);
      const second = await fuzz('--broken', name, '--program', json);
      assert.strictEqual(second.code, 1, second.stdout + second.stderr);
    });
  }
});
