'use strict';

/** Whether a recording can be written where it is wanted, found out without making the file: the recorder makes it. */

const fs = require('node:fs');
const path = require('node:path');

const { R_OK, W_OK, X_OK } = fs.constants;
const WRITE_BITS = 0o222;

/**
 * @param {string} file as it was given; `%p` stands for a process id
 * @returns {string | null} why not
 */
function whyNotWritable(file) {
  try {
    const found = file.includes('%p') ? undefined : fs.statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory() || /[\\/]$/.test(file) || file === '') return 'it names a folder';
    // Root may write it, but somebody does not want it to be written.
    if (found !== undefined && (found.mode & WRITE_BITS) === 0) return 'it is read-only';
    if (found !== undefined) fs.accessSync(file, W_OK);
    // A device or a pipe is written to as it is. Beside a file that exists another one is made.
    if (found !== undefined && !found.isFile()) return null;
    const folder = path.dirname(path.resolve(file));
    // The folder of a process is made by somebody who knows its id.
    if (!folder.includes('%p')) checkFolder(folder);
    return null;
  } catch (error) {
    return reasonOf(/** @type {NodeJS.ErrnoException} */ (error));
  }
}

/**
 * @param {string} folder
 * @throws {NodeJS.ErrnoException}
 */
function checkFolder(folder) {
  if (!fs.statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  fs.accessSync(folder, process.platform === 'win32' ? R_OK : W_OK | X_OK);
}

/** @param {NodeJS.ErrnoException} error */
function reasonOf({ code, message }) {
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'ENOTDIR') return 'a part of it is a file, not a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'you have no permission';
  if (code === 'EROFS') return 'the file system is read-only';
  return message;
}

module.exports = { whyNotWritable };
