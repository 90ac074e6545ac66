'use strict';

/** Random programs of storages see the same stores as with the builtin, and the fuzzer that says so finds what is wrong. */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const { describe, test } = require('node:test');

const { names } = require('../tasks/fuzz/storage/broken');
const { generate } = require('../tasks/fuzz/storage/generate');
const { sizeOf } = require('../tasks/fuzz/storage/program');
const { sampleOf } = require('./support/sample');
const { patience } = require('../scripts/patience');

const FUZZ = require.resolve('../tasks/fuzz/storage');
const TIMEOUT_MS = patience(120_000);

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

for (const [name, ...args] of [
  ["the builtin's alone", '--self'],
  ['a subclass of it that changes nothing', '--mixed', '--broken', 'none'],
  ['ours alone'],
  ['both in one program', '--mixed'],
]) {
  test(`random programs, ${name}`, async () => {
    const { code, stdout, stderr } = await fuzz('--seed', '1', '--count', '700', ...args);
    assert.strictEqual(code, 0, stdout + stderr);
    assert.match(stdout, /^700 programs from seed 1 on .*: every store is the same\.$/m);
    assert.strictEqual(stderr, '');
  });
}

test('a seed is a program', () => {
  assert.deepStrictEqual(generate(7, 60), generate(7, 60));
  assert.notDeepStrictEqual(generate(7, 60), generate(8, 60));
});

describe('a mistake is found, made small and found again', { concurrency: 2 }, () => {
  for (const name of sampleOf(names)) {
    test(name, async () => {
      const first = await fuzz('--seed', '1', '--count', '2000', '--broken', name);
      assert.strictEqual(first.code, 1, first.stdout + first.stderr);
      const [, program] = first.stdout.match(/^Again: .* --program '(.*)'$/m) ?? [];
      assert.ok(program !== undefined, first.stdout);
      const json = program.replaceAll("'\\''", "'");
      assert.ok(sizeOf(JSON.parse(json).main) <= 8, first.stdout);
      const second = await fuzz('--broken', name, '--program', json);
      assert.strictEqual(second.code, 1, second.stdout + second.stderr);
      assert.match(second.stdout, /expected .*, is /);
    });
  }
});
