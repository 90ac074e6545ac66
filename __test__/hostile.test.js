'use strict';

/** Hostile programs: what they do to promises and resources, and every export with every pair of values. The builtin says what is right. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { isRight, knownDifference, sectionsOf } = require('../tasks/stress/hostile');
const { ownArguments } = require('../tasks/stress/scenarios/arguments');

/**
 * One test for each section that the program prints.
 * @param {string} title
 * @param {string} program
 * @param {number} least sections that there must be
 */
function testSections(title, program, least) {
  test(title, async (t) => {
    const sections = await sectionsOf(program);
    assert.ok(sections.size >= least, `${sections.size} sections`);
    for (const [name, { builtin, ours }] of sections) {
      await t.test(name, (t) => {
        if (isRight({ builtin, ours })) return;
        const why = knownDifference(name);
        if (why !== undefined) return t.skip(why);
        assert.notStrictEqual(builtin, '');
        assert.deepStrictEqual(ours.split('\n'), builtin.split('\n'));
      });
    }
  });
}

testSections('promises and resources', 'hostile', 70);
testSections('arguments', 'arguments', 80);

describe('what Node has nothing of', () => {
  test('the low-level API and the recorder answer every pair of values as documented', async () => {
    const { calls, wrong } = await ownArguments();
    assert.ok(calls > 10_000, `${calls} calls`);
    assert.deepStrictEqual(wrong, []);
  });
});
