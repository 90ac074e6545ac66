'use strict';

/**
 * The install script: nothing to do where a binary is there and loads; otherwise
 * builds it with cargo, or says what is missing.
 */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { loadAddon } = require('../lib/engine/addon');
const { build } = require('./build');

/** @returns {boolean} */
function loads() {
  try {
    loadAddon();
    return true;
  } catch {
    return false;
  }
}

/** An installed package keeps only the binary; a checkout what cargo needs to build it again, too. */
function buildHere() {
  if (fs.existsSync(path.join(__dirname, '..', '__test__'))) return build();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    return build(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function main() {
  if (loads() || (buildHere() && loads())) return;
  console.error(
    '\nasync-hooks-rs could not be installed: it has no prebuilt binary for ' +
      `${process.platform}-${process.arch}, and building it from its Rust sources failed ` +
      '(see above). It needs Node 20 or newer and cargo with Rust 1.88 or newer; ' +
      'get cargo from https://rustup.rs, then run npm install again.\n',
  );
  process.exitCode = 1;
}

main();
