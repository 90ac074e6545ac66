'use strict';

/**
 * Builds the addons that test the crate `async-hooks`, and runs its tests on the Node at hand.
 *
 *   npm run test:crate [-- NAME...] [--full]
 *   npm run test:crate:rust                  its tests that need no Node, and the examples of its documentation
 *
 * `resources` stands for `crates/async-hooks/tests/resources.test.js`. What takes long (ends of Workers and of processes with work
 * under way) runs in part, and with --full in its whole length.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { put } = require('./put');

const root = path.join(__dirname, '..');
const crate = path.join(root, 'crates', 'async-hooks');
const target = path.join(root, 'target', 'crate');

/** The addons, by the names of their folders. */
const ADDONS = ['napi', 'neon'];

/** Nothing can be linked with both napi-rs and neon. */
const FEATURES = ['napi,tracing', 'neon,tracing'];

/** @param {string[]} args */
function cargo(args) {
  const { status, error } = spawnSync('cargo', args, { stdio: 'inherit' });
  if (error !== undefined) throw new Error(`cargo does not run: ${error.message}`);
  if (status !== 0) throw new Error(`cargo ${args.join(' ')} failed`);
}

/**
 * Builds a library of the crate's workspace, unless it is there and nothing has changed.
 * @param {string} folder below the crate
 * @param {string} name of the library
 * @param {'dev' | 'release'} profile
 * @returns {string} the addon
 */
function buildAddon(folder, name, profile) {
  // One at a time: each has the features of the crate that it asks for.
  const manifest = path.join(crate, folder, 'Cargo.toml');
  cargo(['build', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target, '--profile', profile]);
  const [prefix, suffix] = process.platform === 'darwin' ? ['lib', '.dylib'] : process.platform === 'win32' ? ['', '.dll'] : ['lib', '.so'];
  const library = path.join(target, profile === 'dev' ? 'debug' : profile, `${prefix}${name}${suffix}`);
  const addon = path.join(target, `${name.replace('addon_', '')}${profile === 'dev' ? '' : '.release'}.node`);
  if (!isSame(library, addon)) put(library, addon);
  return addon;
}

/**
 * Builds the addons of the tests, and puts each beside the others as NAME.node.
 * @param {'dev' | 'release'} profile
 */
function build(profile) {
  for (const name of ADDONS) buildAddon(path.join('tests', `addon-${name}`), `addon_${name}`, profile);
}

/** @param {string} name of an example of the crate */
function loadExample(name) {
  return require(buildAddon(path.join('examples', name), name.replaceAll('-', '_'), 'dev'));
}

/**
 * @param {string} one
 * @param {string} other that need not be there
 */
function isSame(one, other) {
  return fs.existsSync(other) && fs.readFileSync(one).equals(fs.readFileSync(other));
}

function testRust() {
  for (const features of FEATURES) {
    const manifest = path.join(crate, 'Cargo.toml');
    cargo(['test', '--locked', '--quiet', '--manifest-path', manifest, '--target-dir', target, '--features', features]);
  }
}

function main() {
  const { values, positionals } = parseArgs({
    options: { full: { type: 'boolean', default: false }, rust: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.rust) return testRust();
  build('dev');
  const tests = path.join(crate, 'tests');
  const files =
    positionals.length > 0
      ? positionals.map((name) => path.join(tests, `${name}.test.js`))
      : fs.readdirSync(tests).flatMap((name) => (name.endsWith('.test.js') ? [path.join(tests, name)] : []));
  const missing = files.filter((file) => !fs.existsSync(file));
  if (missing.length > 0) throw new Error(`There is no ${missing.join(', ')}`);
  const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=2', '--test-reporter=spec', ...files], {
    stdio: 'inherit',
    env: { ...process.env, ...(values.full && { ASYNC_HOOKS_CRATE_FULL: '1' }) },
  });
  process.exitCode = status ?? 1;
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

module.exports = { build, loadExample };
