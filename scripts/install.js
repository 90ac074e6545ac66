'use strict';

/**
 * The install script: nothing to do where a binary is there and loads; otherwise
 * builds it with cargo, or says what is missing.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const CRATE = 'async_hooks_rs';

/** @returns {boolean} */
function loads() {
  try {
    require('../lib/addon').loadAddon();
    return true;
  } catch {
    return false;
  }
}

/** In a checkout the napi CLI builds, and writes the loader and its types too. */
function buildCheckout() {
  return run('npm', ['run', 'build']);
}

/** In an installed package the loader is there and only the library is missing. */
function buildPackage() {
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    if (!run('cargo', ['build', '--release', '--locked', '--target-dir', target])) return false;
    fs.copyFileSync(path.join(target, 'release', libraryName()), path.join(root, binaryName()));
    return true;
  } finally {
    fs.rmSync(target, { recursive: true, force: true });
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root, stdio: 'inherit', shell: process.platform === 'win32',
  });
  return status === 0;
}

function libraryName() {
  if (process.platform === 'win32') return `${CRATE}.dll`;
  return `lib${CRATE}.${process.platform === 'darwin' ? 'dylib' : 'so'}`;
}

/** The name under which the loader looks for this platform's binary. */
function binaryName() {
  const { platform, arch } = process;
  const report = /** @type {any} */ (process.report.getReport());
  const libc = report.header.glibcVersionRuntime ? 'gnu' : 'musl';
  const abi = { linux: `-${libc}`, win32: '-msvc' }[/** @type {string} */ (platform)] ?? '';
  return `async-hooks-rs.${platform}-${arch}${abi}.node`;
}

function main() {
  if (loads()) return;
  const isCheckout = fs.existsSync(path.join(root, 'node_modules', '@napi-rs', 'cli'));
  const built = isCheckout ? buildCheckout() : buildPackage();
  if (built && loads()) return;
  console.error(
    '\nasync-hooks-rs could not be installed: it has no prebuilt binary for ' +
    `${process.platform}-${process.arch}, and building it from its Rust sources failed ` +
    '(see above). It needs Node 20 or newer and cargo with Rust 1.88 or newer; ' +
    'get cargo from https://rustup.rs, then run npm install again.\n',
  );
  process.exitCode = 1;
}

main();
