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

/**
 * Of clients whose callbacks come from native addons. Nodes from 24 on lose their stores, and are excused for nothing else.
 * @type {typeof VERDICTS}
 */
const NATIVE_VERDICTS = {
  good: ['passes', /^$/],
  lostByNode: node.major < 24 ? ['unsupported', /too large[^]*Passes with this package/] : ['kept', /^$/],
  lostHere: ['fails', /^--require: too large[^]*\n--import: too large/],
  lostByAll: node.major < 24 ? ['unsupported', /too large/] : ['fails', /^--require: too large/],
  crashesOnTheBuiltin: ['unsupported', /planted[^]*Passes with this package/],
};

before(installThisPackage);

const cases = [
  ...Object.entries(VERDICTS).map((entry) => ({ entry, isNative: false })),
  ...Object.entries(NATIVE_VERDICTS).map((entry) => ({ entry, isNative: true })),
];
for (const {
  entry: [way, [outcome, detail]],
  isNative,
} of cases) {
  test(`${isNative ? 'native, ' : ''}${way}: ${outcome}`, { timeout: 60_000 }, async () => {
    const verdict = await check(
      {
        name: '../__test__/fixtures',
        packages: [],
        asserts: '',
        uses: ['createHook'],
        args: [way],
        isNative,
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
