'use strict';

/**
 * What would make it break: threads that end in every way, stacks and heaps that run full, hostile programs.
 *
 *   npm run stress [-- NAME...] [--quick] [--seed N]
 *
 * Each scenario runs in a process of its own and prints one line. `--quick` is the size in which the tests run them.
 */

const { parseArgs } = require('node:util');

const { NAMES, runScenario } = require('./run');

async function main() {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '1' } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`no scenario is called ${unknown}; there are ${NAMES.join(', ')}`);
  if (!/^\d{1,9}$/.test(values.seed)) throw new Error(`"${values.seed}" is no seed: it is a whole number`);
  for (const name of positionals.length > 0 ? positionals : NAMES) {
    const { passed, text, seconds } = await runScenario(name, { quick: values.quick, seed: Number(values.seed) });
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(LONGEST)}  ${seconds.toFixed(1).padStart(6)} s  ${text}`);
    if (!passed) process.exitCode = 1;
  }
}

const LONGEST = Math.max(...NAMES.map((name) => name.length));

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
