'use strict';

/** Builds the binary with cargo and puts it where the loader finds it. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { BUILT } = require('../lib/engine/targets');

const root = path.join(__dirname, '..');
const CRATE = 'async_hooks_rs';

/**
 * @param {string} [folder] of what cargo makes on the way
 * @returns {boolean} whether there is a new binary; cargo has said why not
 */
function build(folder = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target')) {
  const args = ['build', '--release', '--locked', '--target-dir', folder];
  const { status, error } = spawnSync('cargo', args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) console.error(`cargo does not run: ${error.message}`);
  if (status !== 0) return false;
  // Written beside and renamed: a process that runs keeps the binary that it has mapped.
  const fresh = `${BUILT}.${process.pid}`;
  fs.copyFileSync(path.join(folder, 'release', libraryName()), fresh);
  fs.renameSync(fresh, BUILT);
  return true;
}

function libraryName() {
  if (process.platform === 'win32') return `${CRATE}.dll`;
  return `lib${CRATE}.${process.platform === 'darwin' ? 'dylib' : 'so'}`;
}

if (require.main === module) process.exitCode = build() ? 0 : 1;

module.exports = { build };
