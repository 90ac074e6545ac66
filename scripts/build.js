'use strict';

/** Builds the binary with cargo and puts it where the loader finds it. */

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { BUILT } = require('../lib/engine/targets');
const { put } = require('./put');

const root = path.join(__dirname, '..');
const CRATE = 'async_hooks_rs';
const LIBRARY = /\.(?:so|dylib|dll)$/;
/** More than cargo says about a build. */
const MOST_OUTPUT = 2 ** 28;

/**
 * @param {string} [folder] of what cargo makes on the way
 * @returns {boolean} whether there is a new binary; why not has been said
 */
function build(folder = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target')) {
  const args = ['build', '--release', '--locked', '--target-dir', folder, '--message-format', 'json-render-diagnostics'];
  const { status, error, stdout } = spawnSync('cargo', args, {
    cwd: root,
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
  });
  try {
    if (error !== undefined) throw new Error(`cargo does not run: ${error.message}`);
    if (status !== 0) return explain();
    put(libraryOf(stdout), BUILT);
    return true;
  } catch (reason) {
    console.error(/** @type {Error} */ (reason).message);
    return false;
  }
}

/**
 * Where cargo puts a library depends on its settings (`CARGO_BUILD_TARGET`, a profile, a configuration), so cargo is asked.
 * @param {string} messages a JSON object a line
 * @returns {string} the library that was made
 */
function libraryOf(messages) {
  const made = messages.split(/\r?\n/).flatMap((line) => {
    // A build script of somebody else's may print, too.
    if (!line.startsWith('{')) return [];
    const { reason, target, filenames } = JSON.parse(line);
    return reason === 'compiler-artifact' && target.name === CRATE ? filenames : [];
  });
  const library = made.find((file) => LIBRARY.test(file));
  if (library === undefined) {
    throw new Error(
      `cargo made no library of ${CRATE} that Node could load (${made.join(', ') || 'it names none'}). ` +
        'Build for a target that has shared libraries: look at CARGO_BUILD_TARGET, RUSTFLAGS and the configuration of cargo.',
    );
  }
  return library;
}

/** Says what cargo does not: Rust for Windows comes with two linkers, and Node can be linked with one of them. */
function explain(target = process.env.CARGO_BUILD_TARGET ?? host()) {
  if (!target.endsWith('-windows-gnu') || process.env.LIBNODE_PATH) return false;
  console.error(
    `This is Rust for ${target}, which needs a libnode.dll to link with, and Node has none. ` +
      'Use the other one: "rustup default stable-msvc", and Visual Studio\'s build tools for C++. ' +
      'Or name the folder of a libnode.dll in LIBNODE_PATH.',
  );
  return false;
}

/** @returns {string} the platform that rustc builds for */
function host() {
  const { stdout } = spawnSync('rustc', ['-vV'], { cwd: root, encoding: 'utf8' });
  return /^host: (\S+)$/m.exec(stdout ?? '')?.[1] ?? '';
}

if (require.main === module) process.exitCode = build() ? 0 : 1;

module.exports = { build, explain, libraryOf };
