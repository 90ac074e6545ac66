'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** What Windows says of a file that a process has loaded. */
const IN_USE = ['EPERM', 'EACCES', 'EBUSY'];

/**
 * Puts a copy of a binary in its place at once: another process may be about to load it, or have it loaded. One that runs
 * keeps the binary that it has mapped.
 * @param {string} from
 * @param {string} to
 */
function put(from, to) {
  const fresh = `${to}.${process.pid}`;
  removeFormer(to);
  fs.copyFileSync(from, fresh);
  try {
    replace(fresh, to);
  } catch (error) {
    fs.rmSync(fresh, { force: true });
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined || !IN_USE.includes(code)) throw error;
    throw new Error(`${to} cannot be replaced (${code}). End the processes that have loaded it, and do this again.`);
  }
}

/**
 * Windows replaces no file that a process has loaded, but gives it another name.
 * @param {string} fresh
 * @param {string} to
 */
function replace(fresh, to) {
  try {
    fs.renameSync(fresh, to);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === undefined || !IN_USE.includes(code) || !fs.existsSync(to)) throw error;
    const former = `${formerOf(to)}${process.pid}`;
    fs.renameSync(to, former);
    try {
      fs.renameSync(fresh, to);
    } catch (reason) {
      fs.renameSync(former, to);
      throw reason;
    }
    removeFormer(to);
  }
}

/** @param {string} to */
function formerOf(to) {
  return `${to}.former-`;
}

/**
 * Those that nobody has loaded any more.
 * @param {string} to
 */
function removeFormer(to) {
  const folder = path.dirname(to);
  const start = path.basename(formerOf(to));
  for (const name of fs.readdirSync(folder).filter((each) => each.startsWith(start))) {
    try {
      fs.unlinkSync(path.join(folder, name));
    } catch {
      // Somebody has: the next time.
    }
  }
}

module.exports = { put };
