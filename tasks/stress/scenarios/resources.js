'use strict';

/** Hostile promises and resources: hooks see of them what they see with the builtin, and they end no program that goes on there. */

const { assertNothing } = require('../programs');
const { firstDifference, isRight, knownDifference, sectionsOf } = require('../hostile');

/** @type {import('../run').Scenario} */
async function run() {
  const sections = await sectionsOf('hostile');
  const wrong = [...sections].filter(([title, texts]) => !isRight(texts) && knownDifference(title) === undefined);
  const survived = [...sections.values()].filter(({ builtin, ours }) => ours !== builtin).length;
  assertNothing(
    wrong.map(([title, texts]) => `${title}: ${firstDifference(texts)}`),
    sections.size,
  );
  return `${sections.size - survived} programs are as with the builtin; ${survived} go on where it ends them`;
}

module.exports = { run };
