'use strict';

/**
 * Looks at the licences of everything that is built in or built with, the crates that Cargo.lock names and the npm
 * packages that are installed, and whether THIRD-PARTY-NOTICES.md passes on what it has to. It needs a network only
 * for crates that cargo has never downloaded.
 *
 *   npm run licences
 *
 * Advisories need a database. Those of crates are looked up where `cargo audit` is installed and has fetched its
 * own before. Those of npm packages are the registry's, so `npm audit` runs in the workflow alone.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { NOTICES, notices } = require('./notices');

const root = path.join(__dirname, '..');

/** Those that ask for no more than a notice, and so may stand beside the MIT licence. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unicode-3.0',
  'Unlicense',
  'Zlib',
]);

/** Dictionaries of the spelling checker: it reads them, and nothing of them is built in or published. */
const READ = new Map([
  ['@cspell/dict-django', 'WTFPL'],
  ['@cspell/dict-en-common-misspellings', 'CC BY-SA 4.0'],
]);

/** @typedef {{ name: string, version: string, licence: string }} Used */

/**
 * @param {string} expression of SPDX, such as `(MIT OR Apache-2.0) AND Unicode-3.0`, or older, such as `MIT/Apache-2.0`
 * @returns {boolean} whether it can be kept with licences of the list alone
 */
function allowed(expression) {
  const tokens = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? [];
  /** @returns {boolean} */
  const either = () => {
    let answer = both();
    while (tokens[0] === 'OR') answer = (tokens.shift(), both()) || answer;
    return answer;
  };
  /** @returns {boolean} */
  const both = () => {
    let answer = one();
    while (tokens[0] === 'AND') answer = (tokens.shift(), one()) && answer;
    return answer;
  };
  /** @returns {boolean} */
  const one = () => {
    const token = tokens.shift();
    // An exception only allows more.
    if (tokens[0] === 'WITH' && tokens.length > 1) tokens.splice(0, 2);
    if (token !== '(') return token !== undefined && ALLOWED.has(token);
    const answer = either();
    return tokens.shift() === ')' && answer;
  };
  return either() && tokens.length === 0;
}

/** @returns {Used[]} */
function crates() {
  const args = ['metadata', '--locked', '--format-version', '1'];
  const { status, stdout, stderr, error } = spawnSync('cargo', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`cargo metadata failed: ${error?.message ?? stderr}`);
  /** @type {{ name: string, version: string, license: string | null }[]} */
  const packages = JSON.parse(stdout).packages;
  return packages.map(({ name, version, license }) => ({ name, version, licence: license ?? '' }));
}

/** @returns {Used[]} */
function npmPackages() {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'node_modules', '.package-lock.json'), 'utf8'));
  return Object.keys(lock.packages).map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    return { name, version, licence: typeof license === 'string' ? license : '' };
  });
}

/** @returns {boolean} false where an advisory was found */
function lookForAdvisories() {
  const known = spawnSync('cargo', ['audit', '--version'], { cwd: root, stdio: 'ignore' }).status === 0;
  if (!known) console.log('Advisories were not looked at: there is no cargo audit (cargo install cargo-audit).');
  return !known || spawnSync('cargo', ['audit', '--no-fetch'], { cwd: root, stdio: 'inherit' }).status === 0;
}

function main() {
  const used = [...crates(), ...npmPackages()];
  const refused = used.filter(({ name, licence }) => !allowed(licence) && READ.get(name) !== licence);
  for (const { name, version, licence } of refused) {
    console.error(`${name} ${version} is under ${licence || 'no licence that it names'}, which is not in the list`);
  }
  if (refused.length === 0) console.log(`${used.length} crates and npm packages, all under licences of the list.`);
  const passedOn = fs.readFileSync(NOTICES, 'utf8') === notices();
  if (!passedOn) console.error(`${path.basename(NOTICES)} is not what is built in: npm run notices`);
  if (!lookForAdvisories() || !passedOn || refused.length > 0) process.exitCode = 1;
}

if (require.main === module) main();

module.exports = { allowed };
