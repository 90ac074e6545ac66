'use strict';

/**
 * Finds and loads the binary: the one that was built in this folder, or the one of the
 * package for this platform. `NAPI_RS_NATIVE_LIBRARY_PATH` names another one, as in all
 * packages of napi-rs.
 */

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const { PACKAGE, BUILT, HERE, targets } = require('./targets');

/** Names the binary to load; then no other is tried. */
const VARIABLE = 'NAPI_RS_NATIVE_LIBRARY_PATH';

/** What this file is called where it was installed. */
const FILE = `${HERE}${path.sep}binary.js`;

/** Whether this code runs out of a bundler's output, and not where it was installed. */
const isBundled = !fs.existsSync(FILE);

/** What one of the places said. */
class Failure {
  /**
   * @param {string} candidate
   * @param {any} error
   */
  constructor(candidate, error) {
    this.candidate = candidate;
    this.error = error;
    /** Whether there was nothing of that name. */
    this.isMissing = error.code === 'MODULE_NOT_FOUND';
  }
}

/**
 * @returns {typeof import('./native.d.ts')}
 * @throws {AggregateError} where none of them loads: what each one said, as {@link Failure}s
 */
function load() {
  const failures = [];
  for (const candidate of candidates()) {
    try {
      return candidate === BUILT && fs.existsSync(BUILT) ? openBuilt() : openFound(candidate);
    } catch (error) {
      failures.push(new Failure(candidate, error));
    }
  }
  throw new AggregateError(failures, `no binary of ${PACKAGE} loads`);
}

/** Node's own `require`, from here. A bundler leaves it alone, and asks of it nothing that it cannot know. */
const requireHere = () => createRequire(FILE);

/** @param {string} candidate */
function openFound(candidate) {
  const found = requireHere();
  refuseUnfit(found.resolve(candidate), candidate);
  return found(candidate);
}

/** @type {{ exports: any } | undefined} */
let built;

/** Does what `require` does with a file that it has found, without looking for it. */
function openBuilt() {
  if (built !== undefined) return built.exports;
  refuseUnfit(BUILT, BUILT);
  const opened = { exports: /** @type {any} */ ({}) };
  process.dlopen(opened, path.toNamespacedPath(BUILT));
  built = opened;
  return built.exports;
}

/** @returns {string[]} */
function candidates() {
  const named = process.env[VARIABLE];
  if (named) return [named];
  const packages = targets().map((target) => `${PACKAGE}-${target}`);
  if (!isBundled) return [BUILT, ...packages];
  // Beside the bundle, and where the package is installed, if it is in reach of the bundle.
  return [path.join(HERE, `${PACKAGE}.node`), BUILT, ...ofInstalledPackage(), ...packages];
}

/** How such a file begins. */
const ELF = 0x7f_45_4c_46;
/** 64 bits, the lowest byte first: all that this package is built for. */
const ELF_KIND = 0x02_01;
/**
 * The processors, as such a file names them.
 * @type {Record<string, number>}
 */
const ELF_MACHINES = { x64: 62, arm64: 183 };
const TWO_TO_32 = 2 ** 32;

/**
 * Linux maps a file that lost its end without a word, and a signal ends the process when the
 * rest is touched. The table of sections is the last thing in such a file. And musl looks neither at the width nor at the
 * processor of what it loads; so it is asked for here, in the words of glibc.
 * @param {string} file
 * @param {string} candidate what it is called to the user
 */
function refuseUnfit(file, candidate) {
  if (process.platform !== 'linux') return;
  const opened = fs.openSync(file, 'r');
  try {
    const head = new DataView(new ArrayBuffer(64));
    if (fs.readSync(opened, head, 0, head.byteLength, 0) < head.byteLength) throw new Error(`${candidate}: file too short`);
    if (head.getUint32(0) !== ELF) return;
    if (head.getUint16(4) !== ELF_KIND) throw new Error(`${candidate}: wrong ELF class`);
    const machine = ELF_MACHINES[process.arch];
    if (machine !== undefined && head.getUint16(18, true) !== machine) throw new Error(`${candidate}: incompatible architecture`);
    const table = head.getUint32(40, true) + head.getUint32(44, true) * TWO_TO_32;
    const end = table + head.getUint16(58, true) * head.getUint16(60, true);
    // Cheaper than to ask for the size.
    if (end > 0 && fs.readSync(opened, new Uint8Array(1), 0, 1, end - 1) === 0) throw new Error(`${candidate}: file truncated`);
  } finally {
    fs.closeSync(opened);
  }
}

function ofInstalledPackage() {
  try {
    return [path.join(path.dirname(requireHere().resolve(`${PACKAGE}/package.json`)), `${PACKAGE}.node`)];
  } catch {
    return [];
  }
}

module.exports = { load, isBundled, VARIABLE, Failure };
