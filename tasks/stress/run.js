'use strict';

/** The scenarios by name, and how one is run: in a process of its own, with a time limit. */

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** @typedef {{ quick: boolean, seed: number }} Options */

/**
 * A scenario does what its name says, throws where something is wrong, and returns what it did.
 * @typedef {(options: Options) => Promise<string>} Scenario
 */

const SCENARIO = path.join(__dirname, 'scenario.js');
/** Nothing takes as long, unless it hangs. */
const TIMEOUT_MS = { quick: 300_000, full: 1_800_000 };

const NAMES = fs
  .readdirSync(path.join(__dirname, 'scenarios'))
  .map((file) => path.basename(file, '.js'))
  .sort();

/**
 * @param {string} name
 * @param {Partial<Options>} [options]
 * @returns {Promise<{ passed: boolean, text: string, seconds: number }>} the text is what was done, or why it failed
 */
function runScenario(name, { quick = false, seed = 1 } = {}) {
  const start = process.hrtime.bigint();
  const timeout = quick ? TIMEOUT_MS.quick : TIMEOUT_MS.full;
  const args = [SCENARIO, name, String(seed), ...(quick ? ['quick'] : [])];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { timeout, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, env: { ...process.env, NODE_TEST_CONTEXT: '' } },
      (error, stdout, stderr) => {
        const seconds = Number(process.hrtime.bigint() - start) / 1e9;
        const reason = error?.killed ? `not over after ${timeout / 1000} s` : stderr.trim() || `ended with ${error?.code ?? error?.signal}`;
        resolve({ passed: error === null, text: error === null ? stdout.trim() : reason, seconds });
      },
    );
  });
}

module.exports = { NAMES, runScenario };
