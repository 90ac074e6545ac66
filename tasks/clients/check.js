'use strict';

/** The verdict on a client: with Node's own module, with this package, and on whether the two are alike. */

const assert = require('node:assert');
const { BUILTIN, OURS } = require('./modes');
const { run } = require('./run');

/**
 * @typedef {import('./run').Client} Client
 * @typedef {import('./run').Observation} Observation
 * @typedef {import('../../scripts/nodes').NodeBinary} NodeBinary
 */

/**
 * - `passes`: with both, and alike
 * - `fails`: here and not with Node's own module
 * - `unsupported`: with Node's own module too
 * - `skipped`: its server is missing
 * @typedef {{ outcome: 'passes' | 'fails' | 'unsupported' | 'skipped', detail: string }} Verdict
 */

/**
 * @param {Client} client
 * @param {NodeBinary} node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Verdict>}
 */
async function check(client, node, env) {
  const builtin = await run(client, node, BUILTIN, env);
  /** @type {string[]} */
  const failed = [];
  for (const mode of OURS) {
    const ours = await run(client, node, mode, env);
    const error = builtin.error === undefined ? difference(client, builtin, ours) : ours.error;
    if (error !== undefined) failed.push(`${mode.name}: ${error.message}`);
  }
  if (builtin.error !== undefined) return unsupported(builtin.error, failed);
  if (failed.length > 0) return { outcome: 'fails', detail: failed.join('\n') };
  return { outcome: 'passes', detail: '' };
}

/**
 * @param {Client} client
 * @param {Observation} builtin
 * @param {Observation} ours
 * @returns {Error | undefined}
 */
function difference(client, builtin, ours) {
  if (ours.error !== undefined) return ours.error;
  const missing = client.uses.filter((name) => !ours.taken?.includes(name));
  if (missing.length > 0) return new Error(`never took ${missing.join(', ')} from this package`);
  try {
    assert.deepStrictEqual(ours.facts, builtin.facts);
    return undefined;
  } catch (error) {
    return new Error(`other than with Node's own module. ${/** @type {Error} */ (error).message}`);
  }
}

/**
 * @param {Error} error
 * @param {string[]} failed
 * @returns {Verdict}
 */
function unsupported(error, failed) {
  const here = failed.length === 0 ? ' Passes with this package.' : '';
  return { outcome: 'unsupported', detail: `${error.message.trim()}${here}` };
}

module.exports = { check };
