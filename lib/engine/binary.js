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

/** Whether this code runs out of a bundler's output, and not where it was installed. */
const isBundled = !fs.existsSync(path.join(HERE, 'binary.js'));

/** Node's own `require`, from here. A bundler leaves it alone, and asks of it nothing that it cannot know. */
const requireHere = createRequire(path.join(HERE, 'binary.js'));

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
      refuseTruncated(candidate);
      return requireHere(candidate);
    } catch (error) {
      failures.push(new Failure(candidate, error));
    }
  }
  throw new AggregateError(failures, `no binary of ${PACKAGE} loads`);
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

const ELF = Buffer.from('\x7fELF');
/** 64 bits, the lowest byte first: all that this package is built for. */
const ELF_KIND = 0x0102; // read as a word

/**
 * Linux maps a file that lost its end without a word, and a signal ends the process when the
 * rest is touched. The table of sections is the last thing in such a file.
 * @param {string} candidate
 */
function refuseTruncated(candidate) {
  if (process.platform !== 'linux') return;
  const file = fs.openSync(requireHere.resolve(candidate), 'r');
  try {
    const head = Buffer.alloc(64);
    fs.readSync(file, head, 0, head.length, 0);
    if (head.compare(ELF, 0, ELF.length, 0, ELF.length) !== 0 || head.readUInt16LE(4) !== ELF_KIND) return;
    const end = Number(head.readBigUInt64LE(40)) + head.readUInt16LE(58) * head.readUInt16LE(60);
    if (fs.fstatSync(file).size < end) throw new Error(`${candidate}: file truncated`);
  } finally {
    fs.closeSync(file);
  }
}

function ofInstalledPackage() {
  try {
    return [path.join(path.dirname(requireHere.resolve(`${PACKAGE}/package.json`)), `${PACKAGE}.node`)];
  } catch {
    return [];
  }
}

module.exports = { load, isBundled, VARIABLE, Failure };
