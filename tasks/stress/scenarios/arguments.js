'use strict';

/** Every export with every pair of values: it answers, or throws, as the builtin does; what Node has nothing of answers as documented. */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { assertNothing, resultOf, runProgram } = require('../programs');
const { firstDifference, sectionsOf } = require('../hostile');

/** @type {import('../run').Scenario} */
async function run() {
  const sections = await sectionsOf('arguments');
  const wrong = [...sections].filter(([, { builtin, ours }]) => ours !== builtin);
  assertNothing(
    wrong.map(([title, texts]) => `${title}: ${firstDifference(texts)}`),
    sections.size,
  );
  const own = await ownArguments();
  assertNothing(own.wrong, own.calls);
  const calls = [...sections.values()].reduce((sum, { ours }) => sum + ours.split('\n').length, 0);
  return `${calls} calls of ${sections.size} kinds answer as the builtin's; ${own.calls} calls of what Node has not are in order`;
}

/** @returns {Promise<{ calls: number, wrong: string[] }>} */
async function ownArguments() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    return resultOf(await runProgram('ours', 'own-arguments', [folder]), 'the low-level API and the recorder');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = { run, ownArguments };
