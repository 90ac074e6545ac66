'use strict';

/**
 * Puts together what is published: one package per target with its binary, and the main package
 * without any, which names them as optional dependencies.
 *
 *   node scripts/release/stage.js --binaries <folder> [--out npm]
 *
 * `<folder>/<target>/async-hooks-rs.node` is the binary of each target of lib/engine/targets.js. The repository's own
 * package.json is not touched: it must not name packages that are not published yet.
 */

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { BUILT, PACKAGE, TARGETS } = require('../../lib/engine/targets');
const platform = require('./platform');

const root = path.join(__dirname, '..', '..');
const BINARY = path.basename(BUILT);

/**
 * @param {string} binaries
 * @param {string} out is replaced
 * @param {string | undefined} repository such as `https://github.com/owner/name`; provenance needs it
 * @returns {string[]} the folders of the packages, in the order in which they have to be published
 */
function stage(binaries, out, repository = repositoryOfRun()) {
  const targets = Object.values(TARGETS).flat();
  const missing = targets.filter((target) => !fs.existsSync(path.join(binaries, target, BINARY)));
  if (missing.length > 0) throw new Error(`${binaries} has no ${BINARY} for ${missing.join(', ')}`);
  fs.rmSync(out, { recursive: true, force: true });
  const main = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  if (repository !== undefined) main.repository = { type: 'git', url: `git+${repository}.git` };
  return [...targets.map((target) => stagePlatform(target, main, binaries, out)), stageMain(targets, main, out)];
}

function repositoryOfRun() {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
  return GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
}

/**
 * @param {string} target
 * @param {import('./platform').Manifest} main
 * @param {string} binaries
 * @param {string} out
 */
function stagePlatform(target, main, binaries, out) {
  const folder = path.join(out, platform.nameOf(target));
  writeManifest(folder, platform.manifest(target, main));
  fs.writeFileSync(path.join(folder, 'README.md'), platform.readme(target));
  for (const name of platform.LEGAL) fs.copyFileSync(path.join(root, name), path.join(folder, name));
  fs.copyFileSync(path.join(binaries, target, BINARY), path.join(folder, platform.binaryOf(target)));
  return folder;
}

/**
 * @param {string[]} targets
 * @param {any} main
 * @param {string} out
 */
function stageMain(targets, main, out) {
  const folder = path.join(out, PACKAGE);
  const files = main.files.filter((/** @type {string} */ name) => name !== BINARY);
  const {
    devDependencies,
    scripts: { install },
    ...kept
  } = main;
  writeManifest(folder, {
    ...kept,
    files,
    scripts: { install },
    optionalDependencies: Object.fromEntries(targets.map((target) => [platform.nameOf(target), main.version])),
  });
  for (const name of ['README.md', ...files]) {
    fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  }
  return folder;
}

/**
 * @param {string} folder
 * @param {object} manifest
 */
function writeManifest(folder, manifest) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

if (require.main === module) {
  const { values } = parseArgs({ options: { binaries: { type: 'string' }, out: { type: 'string', default: 'npm' } } });
  if (values.binaries === undefined) throw new Error('--binaries says where the built binaries are');
  for (const folder of stage(values.binaries, String(values.out))) console.log(folder);
}

module.exports = { stage };
