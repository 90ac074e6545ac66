'use strict';

/** Runs a script twice side by side, with Node's module and with ours. */

const { execFile } = require('node:child_process');
const path = require('node:path');
const { patience } = require('../../scripts/patience');

const FOLDER = path.join(__dirname, '..', 'fixtures', 'twins');
const TIMEOUT_MS = patience(240_000);

/**
 * @typedef {object} Outcome
 * @property {number | null} code
 * @property {string | null} signal
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * @param {string} script in `fixtures/twins`, or an absolute path
 * @param {{ args?: string[], nodeOptions?: string[], env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ builtin: Outcome, ours: Outcome }>}
 */
async function twins(script, options = {}) {
  const [builtin, ours] = await Promise.all([runAs('builtin', script, options), runAs('ours', script, options)]);
  return { builtin, ours };
}

/**
 * @param {'builtin' | 'ours'} which
 * @param {string} script
 * @param {{ args?: string[], nodeOptions?: string[], env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Outcome>}
 */
function runAs(which, script, { args = [], nodeOptions = [], env = {} } = {}) {
  const file = path.resolve(FOLDER, script);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...nodeOptions, file, ...args],
      {
        timeout: TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, NODE_TEST_CONTEXT: '', ...env, MODULE_UNDER_TEST: which },
      },
      (error, stdout, stderr) => {
        const failure = /** @type {any} */ (error);
        resolve({
          code: failure === null ? 0 : typeof failure.code === 'number' ? failure.code : null,
          signal: failure?.signal ?? null,
          stdout,
          stderr,
        });
      },
    );
  });
}

module.exports = { twins, runAs };
