'use strict';
/**
 * Runs a script with the builtin `async_hooks` and with this package, and tells whether both saw the same.
 *
 * The interleaving of a real program varies from run to run, so in separate processes a difference counts only if
 * it is there in every pair of runs: each part of the run (a thread's events, an output, the exit) agrees as soon
 * as one run with the builtin and one with ours are the same in it. Where the runs with the builtin are not the same
 * among themselves, as when a Worker's messages come one by one or several at once, a few pairs show nothing, and more
 * are made.
 */

const fs = require('node:fs');
const path = require('node:path');
const { addCounts } = require('./counts');
const { closeness, findDifference } = require('./difference');
const { MAIN_THREAD, exitText, partsOf } = require('./part');
const { lastLines } = require('./output');
const { NOTES, notesOn } = require('./own-use');
const { run } = require('./run');

/**
 * @typedef {import('./run').Run} Run
 * @typedef {import('./part').Parts} Parts
 * @typedef {{builtin: string, ours: string}} Texts
 *
 * @typedef {object} Options
 * @property {string} script a file, CommonJS or ES module
 * @property {string[]} [args] the script's arguments
 * @property {string[]} [nodeOptions] Node's options before the script
 * @property {'separate' | 'same-process'} [mode] one process for each module, or one process with both hooks
 * @property {'ours-first' | 'builtin-first'} [order] whose hook is enabled first in the same process
 * @property {number} [attempts] pairs of runs in separate processes, at most; four times as many where the builtin's own runs differ
 * @property {number} [timeout] seconds for one run
 * @property {NodeJS.ProcessEnv} [env] variables to add to the environment
 * @property {number} [expectExit] the exit code that the script must end with
 * @property {boolean} [ignoreOutput] do not compare stdout and stderr
 * @property {string} [moduleUnderTest] another module to stand for ours
 *
 * @typedef {object} Result
 * @property {boolean} agree
 * @property {'agree' | 'differ' | 'crash' | 'timeout'} status
 * @property {string} message the verdict in one line
 * @property {string} script
 * @property {'separate' | 'same-process'} mode
 * @property {number} attempts pairs of runs that were made
 * @property {import('./counts').Counts} counts per type and phase, builtin and ours
 * @property {string[]} differing the parts that differ
 * @property {import('./difference').Difference | null} difference the first one
 * @property {boolean | null} stable whether the builtin's own runs were the same in that part; null after one run
 * @property {string[]} notes what to know of a script that uses this package by its own name
 * @property {Texts} exits
 * @property {Texts} stderr the last lines of it
 *
 * @typedef {{run: Run, parts: Parts}} Side
 * @typedef {{name: string, builtin: Side, ours: Side, difference: import('./difference').Difference | null}} Choice
 */

const packageRoot = path.resolve(__dirname, '..', '..');
const STDERR_LINES = 20;

/** How many times as many pairs of runs are made before a difference counts where the builtin's own runs differ. */
const MORE_WHERE_UNSTABLE = 4;

/**
 * @param {Options} options
 * @returns {Promise<Result>}
 */
async function compare(options) {
  const { script, mode = 'separate', attempts = 3, timeout = 60 } = options;
  if (!fs.statSync(script, { throwIfNoEntry: false })?.isFile()) {
    throw Object.assign(new Error(`There is no script ${script}`), { code: 'ERR_COMPARE_SCRIPT' });
  }
  const program = {
    script: path.resolve(script),
    args: options.args ?? [],
    nodeOptions: options.nodeOptions ?? [],
    env: options.env ?? {},
    timeout,
  };
  const runPair = mode === 'separate' ? runSeparately : runTogether;
  /** @type {Side[]} */
  const builtin = [];
  /** @type {Side[]} */
  const ours = [];
  /** @type {Choice[]} */
  let choices;
  // Two hooks in one process see one and the same run, so there is no chance in it to allow for.
  const most = mode === 'separate' ? attempts : 1;
  do {
    const pair = await runPair(program, options, builtin.length > 0);
    builtin.push(pair.builtin);
    ours.push(pair.ours);
    if (pair.builtin.run.timedOut || pair.ours.run.timedOut) return timeoutResult(options, pair, builtin.length);
    if (usesOf(pair).includes('before')) return preloadedResult(options, pair, builtin.length);
    choices = choose(builtin, ours);
  } while (isWorthAnother(choices, builtin, most));
  return judge(options, choices, builtin);
}

/**
 * Whether a further pair of runs may show that a part agrees.
 * @param {Choice[]} choices
 * @param {Side[]} builtin
 * @param {number} most the pairs that are made where the builtin's runs are all the same
 */
function isWorthAnother(choices, builtin, most) {
  const differing = choices.filter(({ difference }) => difference !== null);
  if (differing.length === 0 || most === 1) return false;
  if (builtin.length < most) return true;
  return builtin.length < most * MORE_WHERE_UNSTABLE && differing.every(({ name }) => !isStable(name, builtin));
}

/**
 * Whether all runs with the builtin were the same in a part.
 * @param {string} name
 * @param {Side[]} builtin
 */
function isStable(name, builtin) {
  const parts = builtin.map((side) => side.parts.get(name));
  return parts.every((part) => findDifference(name, parts[0], part) === null);
}

/**
 * @param {import('./run').Program} program
 * @param {Options} options
 * @param {boolean} again
 */
async function runSeparately(program, options, again) {
  const settings = modulePaths(options);
  const first = run(program, { ...settings, sides: ['builtin'] });
  // Side by side is faster, one after the other is quieter: for a script that the other run may have disturbed.
  if (again) await first;
  const [builtin, ours] = await Promise.all([first, run(program, { ...settings, sides: ['ours'] })]);
  const kind = { sameProcess: false, ignoreOutput: options.ignoreOutput ?? false };
  return { builtin: { run: builtin, parts: partsOf(builtin, 'builtin', kind) }, ours: { run: ours, parts: partsOf(ours, 'ours', kind) } };
}

/**
 * @param {import('./run').Program} program
 * @param {Options} options
 */
async function runTogether(program, options) {
  const sides = /** @type {('builtin' | 'ours')[]} */ (['builtin', 'ours']);
  if (options.order === 'ours-first') sides.reverse();
  const both = await run(program, { ...modulePaths(options), sides });
  const kind = { sameProcess: true, ignoreOutput: true };
  return { builtin: { run: both, parts: partsOf(both, 'builtin', kind) }, ours: { run: both, parts: partsOf(both, 'ours', kind) } };
}

/** @param {Options} options */
function modulePaths({ moduleUnderTest }) {
  if (moduleUnderTest) return { modulePath: path.resolve(moduleUnderTest), registerPath: null };
  return { modulePath: packageRoot, registerPath: path.join(packageRoot, 'register.js') };
}

/**
 * The pair of runs that agrees, or else the closest one, for each part.
 * @param {Side[]} builtin
 * @param {Side[]} ours
 * @returns {Choice[]}
 */
function choose(builtin, ours) {
  const names = new Set([MAIN_THREAD, ...[...builtin, ...ours].flatMap(({ parts }) => [...parts.keys()])]);
  const pairs = builtin.flatMap((one) => ours.map((other) => ({ builtin: one, ours: other })));
  const choices = [...names].map((name) => {
    /** @type {Choice | undefined} */
    let best;
    for (const pair of pairs) {
      const difference = findDifference(name, pair.builtin.parts.get(name), pair.ours.parts.get(name));
      const choice = { name, ...pair, difference };
      if (!best || closeness(difference) > closeness(best.difference)) best = choice;
      if (difference === null) break;
    }
    return /** @type {Choice} */ (best);
  });
  return choices.sort((a, b) => rank(a.name) - rank(b.name));
}

/**
 * Threads first: an event that differs explains an output that does.
 * @param {string} name
 */
function rank(name) {
  const thread = /^thread (\d+)$/.exec(name);
  return thread ? Number(thread[1]) : Infinity;
}

/**
 * @param {Options} options
 * @param {Choice[]} choices
 * @param {Side[]} builtin
 * @returns {Result}
 */
function judge(options, choices, builtin) {
  const differing = choices.filter(({ difference }) => difference !== null);
  const first = differing[0];
  const shown = choices.find(({ name }) => name === 'exit') ?? choices[0];
  const result = baseResult(options, shown, builtin.length);
  for (const { name, ...pair } of choices) {
    addCounts(result.counts, pair.builtin.parts.get(name), pair.ours.parts.get(name));
  }
  result.differing = differing.map(({ name }) => name);
  result.difference = first?.difference ?? null;
  if (first && builtin.length > 1) result.stable = isStable(first.name, builtin);
  const crash = crashMessage(shown, options.expectExit ?? 0, result);
  result.status = crash ? 'crash' : first ? 'differ' : 'agree';
  result.agree = result.status === 'agree';
  result.message = crash ?? (first ? `they differ in ${result.differing.join(', ')}` : 'they agree');
  return result;
}

/**
 * @param {Options} options
 * @param {{builtin: Side, ours: Side}} shown
 * @param {number} attempts
 * @returns {Result}
 */
function baseResult({ script, mode = 'separate' }, { builtin, ours }, attempts) {
  return {
    agree: false,
    status: 'differ',
    message: '',
    script,
    mode,
    attempts,
    counts: {},
    differing: [],
    difference: null,
    stable: null,
    notes: notesOn(usesOf({ builtin, ours })),
    exits: { builtin: exitText(builtin.run), ours: exitText(ours.run) },
    stderr: { builtin: lastLines(builtin.run.stderr, STDERR_LINES), ours: lastLines(ours.run.stderr, STDERR_LINES) },
  };
}

/**
 * @param {{builtin: Side, ours: Side}} shown
 * @param {number} expectExit
 * @param {Result} result
 * @returns {string | null}
 */
function crashMessage({ builtin, ours }, expectExit, { exits, differing }) {
  if (builtin.run.code !== expectExit || ours.run.code !== expectExit) {
    if (exits.builtin !== exits.ours) return `the script ended with ${exits.builtin} (builtin), ${exits.ours} (ours)`;
    const rest = differing.length === 0 ? 'everything else agrees' : `they differ in ${differing.join(', ')}`;
    return `the script ended with ${exits.builtin} under both modules, not with ${expectExit}; ${rest}`;
  }
  const silent = [builtin, ours].filter(({ parts }) => !parts.has(MAIN_THREAD));
  return silent.length === 2 ? 'no events were recorded: the script did not start, or the process ended without `exit`' : null;
}

/**
 * @param {Options} options
 * @param {{builtin: Side, ours: Side}} pair
 * @param {number} attempts
 * @returns {Result}
 */
function timeoutResult(options, pair, attempts) {
  const late = Object.entries(pair)
    .filter(
      ([
        ,
        {
          run: { timedOut },
        },
      ]) => timedOut,
    )
    .map(([side]) => side);
  const who = late.length === 2 ? 'both modules' : late[0] === 'ours' ? 'ours' : 'the builtin';
  const message = `the script did not end within ${options.timeout ?? 60} s with ${who}, and was killed`;
  return { ...baseResult(options, pair, attempts), status: 'timeout', message };
}

/**
 * @param {Options} options
 * @param {{builtin: Side, ours: Side}} pair
 * @param {number} attempts
 * @returns {Result}
 */
function preloadedResult(options, pair, attempts) {
  return { ...baseResult(options, pair, attempts), status: 'crash', notes: [], message: NOTES.before };
}

/** @param {{builtin: Side, ours: Side}} pair */
function usesOf(pair) {
  return Object.values(pair).flatMap(({ run }) => run.threads.flatMap(({ uses }) => uses));
}

module.exports = { compare };
