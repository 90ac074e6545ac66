'use strict';

/**
 * AsyncLocalStorage in every corner, beside the running Node's own: each scenario of `fixtures/storage` runs in a process
 * with the one and in a process with the other, and must see the same.
 */

const assert = require('node:assert');
const { before, describe, test } = require('node:test');

const scenarios = require('./fixtures/storage/scenarios');
const { twins } = require('./support/twins');

const { features } = require('../tasks/fuzz/storage/program');

/** The flag for the other way of the running Node to carry stores, by hooks or by frames, if it has two. */
const OTHER_WAY = features.hooked ? '--experimental-async-context-frame' : '--no-async-context-frame';
const ways = { '': [], ...(process.allowedNodeEnvironmentFlags.has(OTHER_WAY) ? { [` with ${OTHER_WAY}`]: [OTHER_WAY] } : {}) };

/** What Node says of the flag. */
const NOTES = /^\(node:\d+\) ExperimentalWarning: .*\n\(Use `.*\n/;

for (const [way, nodeOptions] of Object.entries(ways)) {
  describe(`the same as with the builtin${way}`, () => {
    /** @type {{ builtin: Record<string, string>, ours: Record<string, string> }} */
    let seen;

    before(async () => {
      // The scenarios leave no listener behind; the warning about too many would only hide others.
      const { builtin, ours } = await twins(require.resolve('./fixtures/storage/run'), { nodeOptions });
      for (const [which, { code, signal, stderr }] of Object.entries({ builtin, ours })) {
        assert.deepStrictEqual({ code, signal, stderr: stderr.replace(NOTES, '') }, { code: 0, signal: null, stderr: '' }, which);
      }
      seen = { builtin: JSON.parse(builtin.stdout), ours: JSON.parse(ours.stdout) };
    });

    for (const name of Object.keys(scenarios)) {
      test(name, () => {
        assert.ok(seen.builtin[name] !== undefined && !seen.builtin[name].startsWith("'threw"), seen.builtin[name]);
        assert.strictEqual(seen.ours[name], seen.builtin[name]);
      });
    }
  });
}
