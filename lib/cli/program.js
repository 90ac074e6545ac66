'use strict';

/** What is to be run, from what somebody typed: a script, `node` with its options, or a program by its name. */

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const isWindows = process.platform === 'win32';

/** Files that Node cannot run: programs for the system, and scripts for a shell. */
const FOREIGN = /^(?:\x7fELF|MZ|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe|#!\s*(?:\S*\/env\s+(?:-S\s*)?)?(?:\S*\/)?(?:[a-z]{0,4}sh)\s)/;
const HEAD = 128;
const NODE = /^node(?:js)?(?:\.exe)?$/i;
/** Node processes with these only start what the user means. */
const STARTS_OTHERS = /^--(?:test|run)(?:=|$)/;
/** Options of Node whose value is the next word. */
const TAKES_VALUE = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '-e',
  '--eval',
  '-p',
  '--print',
  '--env-file',
  '--env-file-if-exists',
  '--title',
  '--input-type',
  '--watch-path',
  '--test-name-pattern',
  '--test-reporter',
]);

/**
 * @typedef {object} Program
 * @property {string} file what is started
 * @property {string[]} args
 * @property {boolean} isNode whether `file` is Node, and takes options before `args`
 * @property {boolean} startsOthers whether the program that is meant may be a process that it starts
 */

/**
 * @param {string[]} words the program and its arguments
 * @returns {Program | null} null where there is nothing of that name
 */
function programOf([name, ...args]) {
  if (NODE.test(name)) return nodeProgram(process.execPath, args);
  const isPath = name.includes('/') || name.includes(path.sep);
  if (name === '-' || isPath || isFile(name)) return pathProgram(name, args);
  const local = findUpwards(name);
  if (local !== undefined) return namedProgram(local, args);
  if (isModule(name)) return script(name, args);
  const installed = findIn((process.env.PATH ?? '').split(path.delimiter), name);
  return installed === undefined ? null : namedProgram(installed, args);
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Program}
 */
function nodeProgram(file, args) {
  return { file, args, isNode: true, startsOthers: startsOthers(args) };
}

/**
 * @param {string} name
 * @param {string[]} args
 * @returns {Program}
 */
function script(name, args) {
  return { file: process.execPath, args: [name, ...args], isNode: true, startsOthers: false };
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Program}
 */
function namedProgram(file, args) {
  return NODE.test(path.basename(file)) ? nodeProgram(file, args) : { file, args, isNode: false, startsOthers: true };
}

/**
 * @param {string} file
 * @param {string[]} args
 * @returns {Program}
 */
function pathProgram(file, args) {
  if (!isFile(file) || !FOREIGN.test(headOf(file))) return script(file, args);
  return namedProgram(path.resolve(file), args);
}

/** @param {string} file */
function headOf(file) {
  try {
    const descriptor = fs.openSync(file, 'r');
    try {
      const head = Buffer.alloc(HEAD);
      return head.toString('latin1', 0, fs.readSync(descriptor, head));
    } finally {
      fs.closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

/** @param {string[]} args of Node */
function startsOthers(args) {
  for (let i = 0; i < args.length && args[i].startsWith('-') && args[i] !== '--'; i++) {
    if (STARTS_OTHERS.test(args[i])) return true;
    if (TAKES_VALUE.has(args[i])) i += 1;
  }
  return false;
}

/** @param {string} file */
function isFile(file) {
  try {
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Whether Node finds a script there: without its extension, or the one that stands for a folder.
 * @param {string} name
 */
function isModule(name) {
  try {
    createRequire(path.resolve('_')).resolve(`./${name}`);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} name
 * @returns {string | undefined} the program of that name that a package here has installed
 */
function findUpwards(name) {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    const file = findIn([path.join(folder, 'node_modules', '.bin')], name);
    if (file !== undefined || folder === path.dirname(folder)) return file;
  }
}

/**
 * @param {string[]} folders
 * @param {string} name
 */
function findIn(folders, name) {
  const extensions = isWindows ? (process.env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  return folders
    .filter(Boolean)
    .flatMap((folder) => extensions.map((extension) => path.join(folder, name + extension)))
    .find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return isFile(file);
  } catch {
    return false;
  }
}

module.exports = { programOf };
