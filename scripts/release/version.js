'use strict';

/**
 * Says whether everything that names a version names the one that is released.
 *
 *   node scripts/release/version.js v1.2.3
 */

const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');

/** @param {string} name */
const read = (name) => fs.readFileSync(path.join(root, name), 'utf8');

/** @type {Record<string, () => string | undefined>} the version in each file */
const places = {
  'package.json': () => JSON.parse(read('package.json')).version,
  'package-lock.json': () => JSON.parse(read('package-lock.json')).version,
  'Cargo.toml': () => /^version = "(.+)"$/m.exec(read('Cargo.toml'))?.[1],
  'Cargo.lock': () => /^name = "async-hooks-rs"\nversion = "(.+)"$/m.exec(read('Cargo.lock'))?.[1],
  // A release has its date; what is not released yet says so instead.
  'CHANGELOG.md': () => /^## (\S+) \(\d{4}-\d\d-\d\d\)$/m.exec(read('CHANGELOG.md'))?.[1],
};

/**
 * @param {string} tag such as `v1.2.3`
 * @returns {string[]} what is wrong
 */
function mismatches(tag) {
  return Object.entries(places)
    .map(([name, version]) => ({ name, version: version() }))
    .filter(({ version }) => `v${version}` !== tag)
    .map(({ name, version }) => `${name} names ${version ?? 'no released version'}, the tag is ${tag}`);
}

if (require.main === module) {
  const wrong = mismatches(process.argv[2] ?? 'missing');
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) process.exitCode = 1;
}

module.exports = { mismatches };
