'use strict';

/** The runner itself: that it passes what is alike, and nothing else. */

const assert = require('node:assert');
const { before, test } = require('node:test');
const { check } = require('../check');
const { installThisPackage } = require('../install');

const node = { major: Number(process.versions.node.split('.')[0]), version: process.versions.node, path: process.execPath };

/** @type {Record<string, [outcome: string, detail: RegExp]>} */
const VERDICTS = {
  good: ['passes', /^$/],
  differs: ['fails', /^--require: other than with Node's own module[^]*\n--import: other/],
  crashesHere: ['fails', /planted/],
  crashes: ['unsupported', /planted(?![^]*Passes)/],
  crashesOnTheBuiltin: ['unsupported', /planted[^]*Passes with this package/],
  wrong: ['unsupported', /too large/],
  takesNothing: ['fails', /never took createHook from this package/],
  hangsHere: ['fails', /did not end in 5 seconds/],
};

before(installThisPackage);

for (const [way, [outcome, detail]] of Object.entries(VERDICTS)) {
  test(`${way}: ${outcome}`, { timeout: 60_000 }, async () => {
    const verdict = await check(
      {
        name: '../__test__/fixtures',
        packages: [],
        asserts: '',
        uses: ['createHook'],
        args: [way],
        seconds: way === 'hangsHere' ? 5 : 60,
        expect: ([value]) => assert.ok(value < 3, 'too large'),
      },
      node,
      {},
    );
    assert.strictEqual(verdict.outcome, outcome, verdict.detail);
    assert.match(verdict.detail, detail);
  });
}
