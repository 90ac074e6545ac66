'use strict';

/**
 * Installs what the runner needs into `node_modules/`: the clients, and this package as
 * its users get it, from the tarball that `npm pack` makes.
 */

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const { MAJORS, nodes } = require('../../scripts/nodes');

const root = path.join(__dirname, '..', '..');
const modules = path.join(__dirname, 'node_modules');
const DEADLINE = 5 * 60 * 1000;
/** A database in one file takes a minute to compile, on a machine that has nothing else to do. */
const BUILD_DEADLINE = 15 * 60 * 1000;

// The install scripts of clients are not run: of those that are used here only these need their own, which compiles them.
const BUILT = ['node-pty', 'sqlite3'];
const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'];

async function install() {
  if (!clientsAreThere()) {
    console.error('Installing the clients from the npm registry');
    await npm(['install', '--no-package-lock', ...QUIET], __dirname);
  }
  for (const name of BUILT) await build(name);
  await installThisPackage();
}

function clientsAreThere() {
  const { dependencies } = readJson(path.join(__dirname, 'package.json'));
  return Object.entries(dependencies).every(([name, version]) => versionOf(name) === version);
}

/**
 * @param {string} name
 * @returns {string | undefined}
 */
function versionOf(name) {
  const file = path.join(modules, name, 'package.json');
  return fs.existsSync(file) ? readJson(file).version : undefined;
}

/** Why a package could not be built. @type {Record<string, string>} */
const failures = {};

/**
 * Once for all Nodes: these packages use Node-API alone, in the version that the oldest Node has.
 * @param {string} name of a package
 */
async function build(name) {
  if (fs.existsSync(path.join(modules, name, 'build', 'Release'))) return;
  console.error(`Building ${name}`);
  try {
    const [oldest] = await nodes(MAJORS.slice(0, 1));
    const headers = path.join(path.dirname(oldest.path), '..');
    await npm(['rebuild', name, '--build-from-source', `--nodedir=${headers}`, '--loglevel', 'error'], __dirname, BUILD_DEADLINE);
  } catch (error) {
    fs.rmSync(path.join(modules, name, 'build'), { recursive: true, force: true });
    failures[name] = `${name} could not be built: ${/** @type {Error} */ (error).message}`;
  }
}

/**
 * @param {string | undefined} name of a package that has to be built
 * @returns {string | undefined} why it is not
 */
function notBuilt(name) {
  return name === undefined ? undefined : failures[name];
}

async function installThisPackage() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-pack-'));
  try {
    const packed = JSON.parse(await npm(['pack', '--json', '--pack-destination', folder, ...QUIET], root));
    const tarball = path.join(folder, packed[0].filename);
    const target = path.join(modules, 'async-hooks-rs');
    fs.rmSync(target, { recursive: true, force: true });
    fs.mkdirSync(target, { recursive: true });
    await promisify(execFile)('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], { timeout: DEADLINE });
    addBinary(target);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The binary that was built in the checkout, where the tarball leaves it to a package per platform.
 * @param {string} target
 */
function addBinary(target) {
  const { BUILT } = require('../../lib/engine/targets');
  const file = path.join(target, path.relative(root, BUILT));
  if (!fs.existsSync(file)) fs.copyFileSync(BUILT, file);
}

/**
 * @param {string[]} args
 * @param {string} cwd
 * @param {number} [timeout]
 * @returns {Promise<string>} what it printed
 */
async function npm(args, cwd, timeout = DEADLINE) {
  const windows = process.platform === 'win32';
  const { stdout } = await promisify(execFile)('npm', args, { cwd, shell: windows, timeout, maxBuffer: 2 ** 26 });
  return stdout;
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

module.exports = { install, installThisPackage, notBuilt, versionOf };
