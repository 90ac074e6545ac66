'use strict';

/** Runs the programs of `programs/`, with Node's module and with ours. */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const path = require('node:path');

/**
 * @typedef {'builtin' | 'ours'} Which
 *
 * @typedef {object} Outcome
 * @property {number | null} code
 * @property {string | null} signal
 * @property {string} stdout
 * @property {string} stderr
 *
 * @typedef {{ nodeOptions?: string[], env?: NodeJS.ProcessEnv, timeout?: number }} How
 */

const FOLDER = path.join(__dirname, 'programs');
const TIMEOUT_MS = 60_000;
/** How many mistakes are told, and how much of each. */
const SHOWN = 8;
const WIDTH = 400;

/**
 * A program that does not end is a failure.
 * @param {Which} which
 * @param {string} name of the file
 * @param {(string | number)[]} args
 * @param {How} [how]
 * @returns {Promise<Outcome>}
 */
function runProgram(which, name, args, { nodeOptions = [], env = {}, timeout = TIMEOUT_MS } = {}) {
  const command = [...nodeOptions, path.join(FOLDER, `${name}.js`), ...args.map(String)];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      command,
      { timeout, killSignal: 'SIGKILL', maxBuffer: 256 * 1024 * 1024, env: { ...process.env, ...env, MODULE_UNDER_TEST: which } },
      (error, stdout, stderr) => {
        if (error?.killed) {
          reject(new assert.AssertionError({ message: `${title(which, name, args)} is not over after ${timeout / 1000} s` }));
          return;
        }
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
        resolve({ code, signal: error?.signal ?? null, stdout, stderr });
      },
    );
  });
}

/**
 * The same program with both.
 * @param {string} name
 * @param {(string | number)[]} args
 * @param {How} [how]
 * @returns {Promise<Record<Which, Outcome>>}
 */
async function runBoth(name, args, how) {
  const [builtin, ours] = await Promise.all([runProgram('builtin', name, args, how), runProgram('ours', name, args, how)]);
  return { builtin, ours };
}

/**
 * The one line of JSON that a program prints where all is well.
 * @param {Outcome} outcome
 * @param {string} what
 */
function resultOf(outcome, what) {
  assert.ok(outcome.code === 0, `${what} ended with ${reasonOf(outcome)}`);
  return JSON.parse(outcome.stdout);
}

/**
 * @param {string} name
 * @param {(string | number)[]} args
 * @param {How} [how]
 * @returns {Promise<Record<Which, any>>} what both print
 */
async function resultsOf(name, args, how) {
  const { builtin, ours } = await runBoth(name, args, how);
  return { builtin: resultOf(builtin, title('builtin', name, args)), ours: resultOf(ours, title('ours', name, args)) };
}

/**
 * @param {Which} which
 * @param {string} name
 * @param {(string | number)[]} args
 */
function title(which, name, args) {
  return `programs/${[`${name}.js`, ...args].join(' ')} (${which})`;
}

/**
 * What an outcome says of its reason, in a line.
 * @param {Outcome} outcome
 */
function reasonOf({ code, signal, stdout, stderr }) {
  const lines = withoutFrames(`${stderr}\n${stdout}`).split('\n').filter(Boolean);
  const telling = lines.find((line) => /^(\w*Error\b|FATAL|Uncaught|thread )|Assertion/.test(line)) ?? lines[0] ?? '';
  return `${signal ?? code}: ${telling.replace(/\[\d+\]/, '').slice(0, 300)}`;
}

/**
 * What does not depend on files, line numbers, addresses and process ids.
 * @param {string} stderr
 */
function withoutFrames(stderr) {
  return stderr
    .split('\n')
    .filter((line) => !/^\s*(at |\d+: )/.test(line))
    .join('\n');
}

/**
 * Fails with what is wrong, as far as it can be read in a line.
 * @param {string[]} wrong
 * @param {number} count of what was tried
 */
function assertNothing(wrong, count) {
  const shown = wrong.slice(0, SHOWN).map((text) => text.slice(0, WIDTH));
  if (wrong.length > SHOWN) shown.push('...');
  assert.strictEqual(wrong.length, 0, `${wrong.length} of ${count}: ${shown.join('; ')}`);
}

module.exports = { runProgram, runBoth, resultOf, resultsOf, title, reasonOf, withoutFrames, assertNothing };
