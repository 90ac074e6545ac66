// A file of tests.
import assert from 'node:assert';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

describe('numbers', () => {
  for (let n = 0; n < 30; n++) {
    test(`number ${n}`, async () => {
      await sleep(5);
      assert.strictEqual(n + 1 - 1, n);
    });
  }
});

test('subtests', async (t) => {
  await t.test('one', () => assert.ok(true));
  await t.test('two', { timeout: 1000 }, async () => sleep(20));
});
