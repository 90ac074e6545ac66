'use strict';

/**
 * `npm run bench:matrix [-- [major ...] [options of npm run bench]]`: the suite on every
 * supported Node. A run of all rows on all of them is written into docs/performance.md.
 */

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');

const { MAJORS, nodes } = require('../../scripts/nodes');
const { insert, markdown } = require('./markdown');

/** @typedef {import('.').Report} Report */

const DOCUMENT = path.join(__dirname, '..', '..', 'docs', 'performance.md');

/**
 * @param {import('../../scripts/nodes').NodeBinary} node
 * @param {string[]} options
 * @param {string} folder
 * @returns {Promise<Report>}
 */
async function reportOf(node, options, folder) {
  const file = path.join(folder, `${node.major}.json`);
  const child = spawn(node.path, [__dirname, ...options, '--json', file], { stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  if (code !== 0) throw new Error(`The suite failed on Node ${node.version} (${signal ?? `exit code ${code}`})`);
  console.log();
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { rows: { type: 'string' }, rounds: { type: 'string' }, clock: { type: 'string' }, quick: { type: 'boolean' } },
    allowPositionals: true,
  });
  const majors = positionals.length > 0 ? positionals.map(Number) : MAJORS;
  const unknown = majors.find((major) => !MAJORS.includes(major));
  if (unknown !== undefined) throw new Error(`The versions of Node are ${MAJORS.join(', ')}, not ${unknown}`);
  const options = Object.entries(values).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-bench-'));
  try {
    const reports = [];
    for (const node of await nodes(majors)) reports.push(await reportOf(node, options, folder));
    const command = ['npm run bench:matrix', ...(options.length > 0 ? ['--'] : []), ...options].join(' ');
    const text = markdown(reports, command);
    console.log(text);
    const complete = values.rows === undefined && !values.quick && positionals.length === 0;
    if (complete) fs.writeFileSync(DOCUMENT, insert(text, fs.readFileSync(DOCUMENT, 'utf8')));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
