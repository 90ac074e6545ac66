'use strict';

/** What each thread of each process found, in files of a folder. */

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const EXTENSION = '.json';

/** @typedef {{ pid: number, thread: number, program: string, seesModules: boolean } & import('./sites').Result & { leaks: import('./leaks').Leak[] }} ThreadResult */

/** @returns {string} */
function makeFolder() {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-context-'));
}

/**
 * @param {string} folder
 * @param {ThreadResult} result
 */
function writeResult(folder, result) {
  const file = path.join(folder, `${result.pid}-${result.thread}${EXTENSION}`);
  fs.writeFileSync(`${file}.part`, JSON.stringify(result));
  fs.renameSync(`${file}.part`, file);
}

/**
 * @param {string} folder
 * @returns {ThreadResult[]}
 */
function readResults(folder) {
  const results = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')));
  return results.sort((a, b) => a.pid - b.pid || a.thread - b.thread);
}

/** @param {string} folder */
function removeFolder(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
}

module.exports = { makeFolder, readResults, removeFolder, writeResult };
