'use strict';

/** The package that carries the binary for one target. */

const { PACKAGE } = require('../../lib/engine/targets');

/**
 * @typedef {object} Manifest
 * @property {string} version
 * @property {string} license
 * @property {{ node: string }} engines
 * @property {{ type: string, url: string }} [repository]
 */

/** What rustc calls the parts of a target that napi-rs shortens. */
const ARCHITECTURES = { x64: 'x86_64', arm64: 'aarch64' };
const SYSTEMS = { linux: 'unknown-linux', darwin: 'apple-darwin', win32: 'pc-windows' };

/** What npm calls a C library. */
const LIBRARIES = { gnu: 'glibc', musl: 'musl' };

/** What has to go along with a binary. */
const LEGAL = ['LICENSE', 'THIRD-PARTY-NOTICES.md'];

/** @param {string} target such as `linux-x64-gnu` */
function parts(target) {
  return /** @type {[keyof SYSTEMS, keyof ARCHITECTURES, string | undefined]} */ (target.split('-'));
}

/** @param {string} target */
function triple(target) {
  const [system, architecture, abi] = parts(target);
  return [ARCHITECTURES[architecture], SYSTEMS[system], ...(abi === undefined ? [] : [abi])].join('-');
}

/** @param {string} target */
function nameOf(target) {
  return `${PACKAGE}-${target}`;
}

/** @param {string} target */
function binaryOf(target) {
  return `${PACKAGE}.${target}.node`;
}

/**
 * @param {string} target
 * @param {Manifest} main of the package that loads the binary
 */
function manifest(target, { version, license, engines, repository }) {
  const [system, architecture, abi] = parts(target);
  const binary = binaryOf(target);
  return {
    name: nameOf(target),
    version,
    description: `The binary of ${PACKAGE} for ${triple(target)}`,
    license,
    repository,
    main: binary,
    files: [binary, ...LEGAL],
    os: [system],
    cpu: [architecture],
    libc: abi !== undefined && abi in LIBRARIES ? [LIBRARIES[/** @type {keyof LIBRARIES} */ (abi)]] : undefined,
    engines,
  };
}

/** @param {string} target */
function readme(target) {
  return (
    `# ${nameOf(target)}\n\nThe binary of [${PACKAGE}](https://www.npmjs.com/package/${PACKAGE}) for ` +
    `\`${triple(target)}\`. It is installed as a dependency of that package and has no use of its own.\n`
  );
}

module.exports = { LEGAL, triple, nameOf, binaryOf, manifest, readme };
