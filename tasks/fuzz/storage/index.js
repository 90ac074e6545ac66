'use strict';

/**
 * Runs random programs with Node's AsyncLocalStorage and with the one of this package, and compares every `getStore`.
 *
 *   npm run fuzz:storage -- --seed N --count M [--steps K] [--mixed]
 *
 * Program i has the seed N + i, so `--seed S --count 1` runs the one that failed again. Without `--mixed` each runs with
 * all storages ours; with it, storages of both modules live in one program; `--self` compares Node's with itself, and
 * `--broken NAME` Node's with a wrong one of `broken.js`. `--program JSON` runs a given program, as a failure prints it.
 */

const { parseArgs } = require('node:util');
const { again, toNumber } = require('../common/command');
const { brokenModule } = require('./broken');
const { check, compositions } = require('./check');
const { generate } = require('./generate');
const { print } = require('./print');
const { sizeOf } = require('./program');
const { shrink } = require('./shrink');

/** @typedef {import('./program').Program} Program */

/** When a larger share cannot be compared, something else is wrong. */
const MANY_UNSETTLED = 0.02;

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1e9) },
    count: { type: 'string', default: '2000' },
    steps: { type: 'string', default: '60' },
    mixed: { type: 'boolean', default: false },
    self: { type: 'boolean', default: false },
    program: { type: 'string' },
    broken: { type: 'string' },
  },
});

const name = options.self ? 'self' : options.mixed ? 'mixed' : 'ours';
const composed = compositions(options.broken === undefined ? require('../../..') : brokenModule(options.broken));

/** @param {Program} program */
const verdictOf = (program) => check(program, composed.self(program), composed[name](program));

async function main() {
  if (options.program !== undefined) return await report(JSON.parse(options.program));
  const [first, count, steps] = [options.seed, options.count, options.steps].map(toNumber);
  let unsettled = 0;
  for (let seed = first; seed < first + count; seed++) {
    const program = generate(seed, steps);
    const { kind, difference } = await verdictOf(program);
    if (kind === 'unsettled') unsettled++;
    if (kind !== 'different') continue;
    console.log(`Program ${seed - first + 1} of ${count} differs. Its seed is ${seed}, it has ${sizeOf(program.main)} operations.`);
    console.log((difference ?? []).join('\n'));
    return await report(await shrink(program, async (smaller) => (await verdictOf(smaller)).kind === 'different'));
  }
  console.log(`${count} programs from seed ${first} on (${name}): every store is the same.`);
  if (unsettled > 0) console.log(`${unsettled} could not be compared: the event loop never took them in the same order.`);
  if (unsettled > count * MANY_UNSETTLED) process.exitCode = 1;
}

/** @param {Program} program */
async function report(program) {
  const { kind, difference } = await verdictOf(program);
  console.log(`\n${print(program, name)}\n\n${(difference ?? [kind]).join('\n')}`);
  if (kind !== 'different') return;
  const flags = [name === 'ours' ? [] : `--${name}`, options.broken === undefined ? [] : `--broken '${options.broken}'`].flat();
  console.log(`\nAgain: ${again('fuzz:storage', flags, program)}`);
  process.exitCode = 1;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 2;
});
