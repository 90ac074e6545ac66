'use strict';

/** What a binary is called, and on which platforms there is a prebuilt one. */

const path = require('node:path');

const PACKAGE = 'async-hooks-rs';

/** The binary that `npm run build` or the install script made. */
const BUILT = path.join(__dirname, '..', `${PACKAGE}.node`);

/** As napi-rs names them, by platform and architecture; each is a package `async-hooks-rs-<target>`. */
const TARGETS = Object.freeze({
  'linux-x64': ['linux-x64-gnu', 'linux-x64-musl'],
  'linux-arm64': ['linux-arm64-gnu', 'linux-arm64-musl'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'win32-x64': ['win32-x64-msvc'],
});

/**
 * The targets that this machine may load. Which C library it has decides between two;
 * npm installs only the right one, and the other would not load.
 * @returns {readonly string[]}
 */
function targets(platform = process.platform, arch = process.arch) {
  return /** @type {Record<string, string[]>} */ (TARGETS)[`${platform}-${arch}`] ?? [];
}

module.exports = { PACKAGE, BUILT, TARGETS, targets };
