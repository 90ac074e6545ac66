'use strict';

/**
 * Runs random asynchronous programs with Node's async_hooks and with this package, and compares all that their hooks see.
 *
 *   npm run fuzz -- --seed N --count M [--steps K] [--same-process]
 *
 * Program i has the seed N + i, so `--seed S --count 1` runs the one that failed again. Each module runs in a process of its
 * own; with `--same-process` the hooks of both are enabled side by side, and log only. `--self` compares Node's with itself, and `--broken NAME`
 * Node's with a wrong one of `broken.js`. `--program JSON` runs a given program, as a failure prints it; `--all` goes on after
 * a failure and prints each as it is, without making it small.
 */

const { parseArgs } = require('node:util');
const { again, toNumber } = require('../common/command');
const { sizeOf } = require('../common/trees');
const { names } = require('./broken');
const { Comparison, MORE_TRIES } = require('./check');
const { generate } = require('./generate');
const { print } = require('./print');
const { shrink } = require('./shrink');

/** @typedef {import('./program').Program} Program */
/** @typedef {import('./check').Verdict} Verdict */

/** So many programs run in one process: few at first, for what is found at once. */
const FIRST_CHUNK = 25;
const CHUNK = 100;
/** When a larger share cannot be compared, something else is wrong. */
const MANY_UNSETTLED = 0.02;

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1e9) },
    count: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '30' },
    separate: { type: 'boolean', default: false },
    'same-process': { type: 'boolean', default: false },
    self: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    program: { type: 'string' },
    broken: { type: 'string' },
  },
});

if (options.broken !== undefined && !names.includes(options.broken)) {
  throw new Error(`no such mistake: "${options.broken}". There are: ${names.join('; ')}`);
}
const tested = options.self ? 'builtin' : (options.broken ?? 'ours');
const comparison = new Comparison(tested, options['same-process']);

async function main() {
  if (options.program !== undefined) {
    const program = JSON.parse(options.program);
    return report(program, await comparison.check(program));
  }
  const [first, count, steps] = [options.seed, options.count, options.steps].map(toNumber);
  let different = 0;
  let unsettled = 0;
  for (let done = 0, size; done < count; done += size) {
    size = Math.min(done === 0 ? FIRST_CHUNK : CHUNK, count - done);
    const programs = Array.from({ length: size }, (_, index) => generate(first + done + index, steps));
    const suspects = await comparison.suspect(programs);
    for (const [index, program] of programs.entries()) {
      if (!suspects[index]) continue;
      // What is told of a program that nobody has looked at is sure.
      const { kind, difference } = await comparison.check(program, MORE_TRIES);
      if (kind === 'unsettled') {
        unsettled++;
        if (options.all) console.log(`Seed ${program.seed} is unsettled.`);
      }
      if (kind !== 'different') continue;
      different++;
      console.log(`Seed ${program.seed} differs, with ${sizeOf(program.main)} operations.\n${difference?.join('\n')}`);
      if (options.all) continue;
      return report(...(await smallest(program)));
    }
  }
  console.log(
    `${count} programs from seed ${first} on (${options.self ? 'the builtin itself' : tested}${
      options['same-process'] ? ', in one process' : ''
    }): ${different === 0 ? 'every event is the same' : `${different} differ`}.`,
  );
  if (unsettled > 0) console.log(`${unsettled} could not be compared: they never ran in the same order.`);
  if (different > 0 || unsettled > count * MANY_UNSETTLED) process.exitCode = 1;
}

/**
 * At first sight only, which is much faster; and with care where that led astray.
 *
 * @param {Program} program
 * @returns {Promise<[Program, Verdict]>}
 */
async function smallest(program) {
  const seemToFail = async (/** @type {Program[]} */ programs) => {
    // Each twice: what is late once is not late again.
    const suspects = await comparison.suspect([...programs, ...programs]);
    return programs.map((_, index) => suspects[index] && suspects[index + programs.length]);
  };
  const fails = async (/** @type {Program} */ smaller) => (await comparison.check(smaller)).kind === 'different';
  const small = await shrink(program, { seemToFail, fails: async () => true });
  const verdict = await comparison.check(small);
  if (verdict.kind === 'different') return [small, verdict];
  const surely = await shrink(program, { seemToFail, fails });
  return [surely, await comparison.check(surely)];
}

/** @param {Program} program @param {Verdict} verdict */
function report(program, { kind, difference }) {
  console.log(`\n${print(program, { reacts: !options['same-process'] })}\n\n${(difference ?? [kind]).join('\n')}`);
  if (kind !== 'different') return;
  const flags = [options['same-process'] ? ['--same-process'] : [], options.broken === undefined ? [] : [`--broken '${options.broken}'`]];
  console.log(`\nAgain: ${again('fuzz', flags.flat(), program)}`);
  process.exitCode = 1;
}

main()
  .catch((error) => {
    console.error(error);
    process.exitCode = 2;
  })
  .finally(() => comparison.close());
