'use strict';

/** Runs a program as if nobody were there, with a module that Node loads before it. */

const { spawn } = require('node:child_process');
const { constants } = require('node:os');

/** What a shell says of a program that a signal has ended, and of one that it cannot start. */
const SIGNAL_EXIT_CODE = 128;
const FAILED_EXIT_CODE = 1;
/** Signals that a terminal sends to all that it runs, so the program has them already. */
const OF_TERMINALS = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGWINCH', 'SIGBREAK'];
const SIGNALS = /** @type {NodeJS.Signals[]} */ (
  process.platform === 'win32'
    ? ['SIGINT', 'SIGTERM', 'SIGBREAK']
    : ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGCONT', 'SIGWINCH']
);
/** Windows starts these through its shell only. */
const BATCH = /\.(?:cmd|bat)$/i;

/**
 * @typedef {object} Child
 * @property {import('./program').Program} program
 * @property {string[]} nodeOptions
 * @property {string} preload the module
 * @property {boolean} isEverything whether each Node process loads it that the program starts
 * @property {NodeJS.ProcessEnv} variables
 */

/** @typedef {{ pid?: number, code: number, signal: NodeJS.Signals | null, error?: Error }} End */

/**
 * @param {Child} child
 * @returns {Promise<End>}
 */
function start(child) {
  const started = spawned(child, { stdio: 'inherit' });
  handOnSignals(started);
  return endOf(started);
}

/**
 * @param {Child} child
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {import('node:child_process').ChildProcess}
 */
function spawned({ program: { file, args, isNode }, nodeOptions, preload, isEverything, variables }, options) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, ...variables };
  const flags = ['--require', preload];
  const words = [...(isNode ? [...nodeOptions, ...(isEverything ? [] : flags)] : []), ...args];
  if (isEverything) {
    // Reaches whatever Node the program starts.
    const forAll = [...(isNode ? [] : nodeOptions), ...flags].map(quoted).join(' ');
    env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ''} ${forAll}`.trim();
  }
  const isBatch = BATCH.test(file);
  return isBatch ? spawn(inShell(file), words.map(inShell), { ...options, env, shell: true }) : spawn(file, words, { ...options, env });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<End>}
 */
function endOf(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ error, code: FAILED_EXIT_CODE, signal: null }));
    child.on('exit', (code, signal) => resolve({ pid: child.pid, code: code ?? 0, signal }));
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function handOnSignals(child) {
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of SIGNALS) {
    // Those of the command line itself, which end it.
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (!hasTerminal || !OF_TERMINALS.includes(signal)) child.kill(signal);
    });
  }
}

/**
 * As `NODE_OPTIONS` has it.
 * @param {string} word
 */
function quoted(word) {
  return /[\s"\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word;
}

/** @param {string} word */
function inShell(word) {
  return `"${word.replace(/"/g, '""')}"`;
}

/** From here on, a signal means the command line. */
function clearSignals() {
  for (const signal of SIGNALS) process.removeAllListeners(signal);
}

/**
 * Ends by the signal that has ended the program.
 * @param {NodeJS.Signals} signal
 * @returns {number} the exit code where that cannot be
 */
function endAs(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return SIGNAL_EXIT_CODE + constants.signals[signal];
}

module.exports = { start, spawned, endOf, endAs, clearSignals };
