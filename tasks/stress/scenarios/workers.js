'use strict';

/** Workers in waves, all with hooks, that end by every means: each ends as with Node's module, and they leave nothing behind. */

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { assertNothing, runProgram, resultOf } = require('../programs');

/** What the size of a process varies by, in megabytes: the allocator keeps arenas of threads that are gone. */
const TOLERANCE_MB = 60;

/** @type {import('../run').Scenario} */
async function run({ quick, seed }) {
  const [count, warmUp] = quick ? [48, 1] : [500, 4];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    const how = { nodeOptions: ['--expose-gc'], timeout: quick ? 90_000 : 900_000 };
    const builtin = resultOf(await runProgram('builtin', 'waves', [count, warmUp, seed, folder], how), 'the waves with the builtin');
    const ours = resultOf(await runProgram('ours', 'waves', [count, warmUp, seed, folder], how), 'the waves with ours');
    assertNothing(
      builtin.wrong.map((/** @type {string} */ one) => `with the builtin: ${one}`),
      count,
    );
    assertNothing(ours.wrong, count);
    assert.deepStrictEqual(ours.ended, builtin.ended);
    assert.ok(ours.recorded, 'the wave with the recorder left no recording');
    const [grown, builtinGrown] = [grownBy(ours), grownBy(builtin)];
    assert.ok(grown.rss <= builtinGrown.rss + TOLERANCE_MB, `RSS grew by ${grown.rss} MB, with the builtin by ${builtinGrown.rss} MB`);
    for (const what of /** @type {const} */ (['threads', 'files', 'mappings'])) {
      assert.ok(grown[what] <= Math.max(0, builtinGrown[what]), `${grown[what]} more ${what}`);
    }
    const means = Object.entries(ours.ended)
      .map(([name, number]) => `${number} ${name}`)
      .join(', ');
    return (
      `${count} Workers in waves of 16 (${means}); RSS after the warm-up ${ours.afterWarmUp.rss} MB and ${signed(grown.rss)} MB ` +
      `at the end, builtin ${builtin.afterWarmUp.rss} and ${signed(builtinGrown.rss)}; threads ${signed(grown.threads)}, files ${signed(grown.files)}`
    );
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** @param {{ afterWarmUp: Record<string, number>, atTheEnd: Record<string, number> }} result */
function grownBy({ afterWarmUp, atTheEnd }) {
  return Object.fromEntries(Object.entries(atTheEnd).map(([name, value]) => [name, value - afterWarmUp[name]]));
}

/** @param {number} number */
function signed(number) {
  return number > 0 ? `+${number}` : String(number);
}

module.exports = { run };
