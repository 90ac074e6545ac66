'use strict';

/** What is told at the end of a recording: its file, what is in it, and the command that shows it. */

const fs = require('node:fs');
const path = require('node:path');

const { firstScreen } = require('./report');
const { loadAddon } = require('../engine/addon');

/** Bytes of a recording whose events are counted at the end. Nobody wants to wait for those of a larger one. */
const COUNTED = 2 ** 26;

/**
 * Tells what was recorded, and what shows it.
 * @param {string} file
 * @param {string} of which process, where there may be several
 */
function tellOf(file, of) {
  const stat = fs.statSync(file);
  const before = fs.statSync(`${file}.old`, { throwIfNoEntry: false })?.size ?? 0;
  const fromHere = path.relative('', file);
  const name = fromHere.length < file.length ? fromHere : file;
  // A device or a pipe has been read already.
  if (!stat.isFile()) {
    tell(`recorded into ${printable(file)}${of}.`);
    return;
  }
  tell(
    `recorded ${contentOf(file, stat.size + before)} in ${printable(name)}${of}. See: npx async-hooks-rs report ${printable(asWord(name))}`,
  );
}

/**
 * @param {string} file
 * @param {number} size
 */
function contentOf(file, size) {
  const count = size > COUNTED ? null : loadAddon().countRecorded(file);
  if (count === null) return `${(size / 2 ** 20).toFixed(size < 2 ** 20 ? 2 : 0)} MiB`;
  return `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`;
}

/**
 * As a shell takes it.
 * @param {string} file
 */
function asWord(file) {
  const word = file.startsWith('-') ? `.${path.sep}${file}` : file;
  if (/^[\w./\\:@%+,=-]+$/.test(word)) return word;
  return process.platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}

/** @param {string} file */
function print(file) {
  try {
    process.stderr.write(`\n${firstScreen(file, process.stderr)}`);
  } catch (error) {
    tell(printable(/** @type {Error} */ (error).message));
  }
}

/** @param {string} text */
function tell(text) {
  process.stderr.write(`async-hooks-rs: ${text}\n`);
}

/**
 * Names of files may hold anything, and a terminal obeys some of it.
 * @param {string} text
 */
function printable(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

module.exports = { print, printable, tell, tellOf };
