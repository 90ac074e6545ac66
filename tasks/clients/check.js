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
 * - `kept`: here, where Node's own module loses the store
 * - `fails`: here and not with Node's own module
 * - `unsupported`: with Node's own module too
 * - `skipped`: its server is missing
 * @typedef {{ outcome: 'passes' | 'kept' | 'fails' | 'unsupported' | 'skipped', detail: string }} Verdict
 */

/** Nodes that lose the stores in callbacks of native addons. */
const LOSING = [24, 26];

/**
 * @param {Client} client
 * @param {NodeBinary} node
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Verdict>}
 */
async function check(client, node, env) {
  const builtin = await run(client, node, BUILTIN, env);
  const isLost = client.isNative === true && LOSING.includes(node.major) && isUnexpected(builtin.error);
  /** @type {string[]} */
  const failed = [];
  /** @type {Observation | undefined} */
  let first;
  for (const mode of OURS) {
    const ours = await run(client, node, mode, env);
    first ??= ours;
    const alike = isLost ? first : builtin;
    const error = alike.error === undefined ? difference(client, alike, ours) : ours.error;
    if (error !== undefined) failed.push(`${mode.name}: ${error.message}`);
  }
  if (isLost) return failed.length === 0 ? { outcome: 'kept', detail: '' } : { outcome: 'fails', detail: failed.join('\n') };
  if (builtin.error !== undefined) return unsupported(builtin.error, failed);
  if (failed.length > 0) return { outcome: 'fails', detail: failed.join('\n') };
  return { outcome: 'passes', detail: '' };
}

/**
 * It ran to its end, and something else was seen.
 * @param {any} error
 */
function isUnexpected(error) {
  return error?.code === 'ERR_ASSERTION';
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
