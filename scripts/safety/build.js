'use strict';

/** Builds what the checkers of memory run: the addon with names and assertions, and an addon that is broken on purpose. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
/** Everything that is made here. */
const folder = path.join(root, 'target', 'safety');

/** What a release leaves out: names and lines for reports, and the assertions. Without link-time optimisation, for it takes long. */
const PROFILE = {
  CARGO_PROFILE_RELEASE_STRIP: 'none',
  CARGO_PROFILE_RELEASE_DEBUG: 'line-tables-only',
  CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS: 'true',
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  CARGO_PROFILE_RELEASE_INCREMENTAL: 'true',
};

/** Something that is not there, or does not work: said in one line, without a stack. */
class Missing extends Error {}

/**
 * Runs a tool to its end.
 * @param {string} tool
 * @param {string[]} args
 * @param {string} purpose what it is for, said where it is missing
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string} its stdout
 */
function run(tool, args, purpose, env = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(tool, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw new Missing(`${tool} is needed ${purpose}, and does not run: ${error.message}`);
  if (status !== 0) throw new Missing(`${tool} is needed ${purpose}, and failed (${signal ?? status}):\n${stderr.trimEnd()}`);
  return stdout;
}

/** The platform that rustc builds for, by its name. */
function host() {
  const about = run('rustc', ['-vV'], 'to build the addon');
  return /** @type {RegExpExecArray} */ (/^host: (.+)$/m.exec(about))[1];
}

/**
 * The addon, for `NAPI_RS_NATIVE_LIBRARY_PATH`.
 * @param {string} name of the variant
 * @param {string[]} flags for rustc, of which some need a nightly one or leave to be one
 */
function addon(name, flags) {
  const target = path.join(folder, name);
  // With a target named, the flags are not for what runs while it is built.
  run('cargo', ['build', '--release', '--locked', '--target', host(), '--target-dir', target], 'to build the addon', {
    ...PROFILE,
    RUSTC_BOOTSTRAP: '1',
    RUSTFLAGS: flags.join(' '),
  });
  const built = path.join(target, host(), 'release', 'libasync_hooks_rs.so');
  const copy = path.join(target, 'async-hooks-rs.node');
  fs.copyFileSync(built, copy);
  return copy;
}

/**
 * An addon that reads what it must not.
 * @param {string} name of the variant
 * @param {string[]} flags for rustc
 */
function broken(name, flags) {
  const file = path.join(folder, name, 'broken.node');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const args = [...flags, '-g', '--edition', '2024', '--crate-type', 'cdylib', path.join(__dirname, 'broken.rs'), '-o', file];
  run('rustc', args, 'to build an addon to try the checker on', { RUSTC_BOOTSTRAP: '1' });
  return file;
}

/**
 * @param {() => Promise<boolean>} check answers whether all is well
 */
async function runCheck(check) {
  try {
    if (!(await check())) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(`This check cannot run here. ${error.message}`);
    process.exitCode = 2;
  }
}

module.exports = { root, folder, Missing, run, host, addon, broken, runCheck };
