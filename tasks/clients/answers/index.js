'use strict';

/** Records the servers of frameworks while clients ask them, and looks at what the first screen of the report answers. */

const path = require('node:path');
const { faultsOf, faultsOfHealthy } = require('./expect');
const { FRAMEWORKS, build, plantedIn } = require('./frameworks');
const { BLOCKING, HEALTHY, WAITING } = require('./load');
const { record } = require('./record');

/**
 * @typedef {import('./frameworks').Framework} Framework
 * @typedef {import('../../../scripts/nodes').NodeBinary} NodeBinary
 * @typedef {import('../check').Verdict} Verdict
 * @typedef {{ framework: Framework, node: NodeBinary, verdict: Verdict }} Answer
 */

/** What a server does in time, a busy machine may change. */
const ATTEMPTS = 3;
/** The names of frameworks on the command line begin with this. */
const PREFIX = 'answers-';

/** As its users have it. */
const BIN = path.join(__dirname, '..', 'node_modules', 'async-hooks-rs', 'bin', 'async-hooks-rs.js');

/**
 * @param {Framework[]} frameworks
 * @param {NodeBinary[]} binaries
 * @returns {Promise<Answer[]>}
 */
async function answers(frameworks, binaries) {
  /** @type {Answer[]} */
  const all = [];
  for (const framework of frameworks) {
    await build(framework);
    for (const node of binaries) {
      const verdict = await verdictOn(framework, node);
      all.push({ framework, node, verdict });
      console.log(`[${node.major}] ${PREFIX}${framework.name}: ${verdict.outcome}`);
    }
  }
  return all;
}

/**
 * @param {Framework} framework
 * @param {NodeBinary} node
 * @returns {Promise<Verdict>}
 */
async function verdictOn(framework, node) {
  const planted = plantedIn(framework);
  let detail = '';
  for (let left = ATTEMPTS; left > 0; left--) {
    try {
      const slow = await record(BIN, node, framework, [HEALTHY, [...HEALTHY, ...WAITING], BLOCKING]);
      const healthy = await record(BIN, node, framework, [HEALTHY, HEALTHY]);
      if (process.env.CLIENTS_SHOW) console.log(`${slow.text}\n\n${healthy.text}`);
      detail = [
        ...told(faultsOf(framework, planted, slow), slow.text),
        ...told(faultsOfHealthy(framework, healthy), healthy.text),
      ].join('\n');
    } catch (error) {
      detail = /** @type {Error} */ (error).message;
    }
    if (detail === '') return { outcome: 'passes', detail };
  }
  return { outcome: 'fails', detail };
}

/**
 * @param {string[]} faults
 * @param {string} text
 */
function told(faults, text) {
  return faults.length === 0 ? [] : [...faults, text];
}

module.exports = { FRAMEWORKS, PREFIX, answers };
