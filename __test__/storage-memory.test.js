'use strict';

/** What storages keep in memory, and what they leave switched on. */

const assert = require('node:assert');
const { test } = require('node:test');

const { features } = require('../tasks/fuzz/storage/program');
const { runAs } = require('./support/twins');

const SCRIPT = require.resolve('./fixtures/storage/memory');

// There it is Node's own class that serves, with what it never lets go of.
const skip = features.hooked && features.defaultValue && 'stores stand on hooks although this Node has frames';

/** Asks `fixtures/storage/memory.js` in a process of its own. @param {string} question */
async function answerTo(question) {
  const { code, signal, stdout, stderr } = await runAs('ours', SCRIPT, { args: [question], nodeOptions: ['--expose-gc'] });
  assert.deepStrictEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' });
  return JSON.parse(stdout);
}

test('a store lives as long as the last continuation that could see it', async () => {
  const answers = await answerTo('continuations');
  assert.ok(Object.keys(answers).length > 0);
  for (const [name, answer] of Object.entries(answers)) assert.deepStrictEqual(answer, { kept: true, gone: true }, name);
});

test('a store that was replaced or left is gone', async () => {
  assert.deepStrictEqual(await answerTo('replaced'), { entered: true, run: true, thrown: true });
});

test('a long-lived timer keeps only the stores of its own context', async () => {
  assert.deepStrictEqual(await answerTo('long-lived'), { 2: ['own 1', 'own 2'], 60: ['own 1', 'own 2'] });
});

// 100,000 stores that stay take more than 10 MB, as many storages of the smallest kind 4 MB.
const ENOUGH = 2 ** 21;

for (const question of ['dropped after run', 'dropped after enterWith', 'dropped in promises']) {
  test(`100,000 storages ${question} leave nothing behind`, { skip }, async () => {
    const grown = await answerTo(question);
    assert.ok(grown < ENOUGH, `${grown} bytes`);
  });
}

test('after the last storage is disabled nothing is left switched on', async () => {
  assert.deepStrictEqual(await answerTo('last disabled'), { before: 1, after: true, again: 3, afterAgain: true });
});

test('after the last storage is collected nothing is left switched on', { skip }, async () => {
  assert.strictEqual(await answerTo('last collected'), true);
});
