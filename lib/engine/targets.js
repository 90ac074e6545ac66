'use strict';

/** What a binary is called, and on which platforms there is a prebuilt one. */

const path = require('node:path');

const PACKAGE = 'async-hooks-rs';

/** The folder of these files, or of the bundle that they are in; one that is an ES module may not know. */
const HERE = typeof __dirname === 'string' ? __dirname : path.dirname(process.argv[1] ?? path.resolve('_'));

/**
 * Spelt out, so that a bundler that looks for files (ncc) finds it and puts it where its output will ask for it.
 */
function builtBySpelling() {
  return typeof __dirname === 'string'
    ? path.join(__dirname, '..', '..', 'async-hooks-rs.node')
    : path.join(HERE, '..', '..', `${PACKAGE}.node`);
}

const FOLDER = `lib${path.sep}engine`;

/** The binary that `npm run build` or the install script made. */
const BUILT = HERE.endsWith(path.sep + FOLDER) ? `${HERE.slice(0, -FOLDER.length)}${PACKAGE}.node` : builtBySpelling();

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

module.exports = { PACKAGE, BUILT, HERE, TARGETS, targets };
