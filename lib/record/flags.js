'use strict';

/** Which modules Node was told to load before the program, as Node understands it. */

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const PRELOAD = /^(?:--require|--import|-r)(?:=|$)/;
const CONFIG = /^--(?:experimental-)?(default-)?config-file(?:=|$)/;
/** What Node reads where no other file is named. */
const DEFAULT_CONFIG = 'node.config.json';

/**
 * @param {string} file
 * @returns {boolean} whether one of the flags leads to it: as a path, a URL or the name of a package, through links or not
 */
function isNamedByFlags(file) {
  const words = [...process.execArgv, ...wordsOf(process.env.NODE_OPTIONS ?? '')];
  return [...valuesOf(words, PRELOAD), ...configured(words)].some((specifier) => leadsTo(specifier, file));
}

/**
 * Splits as Node does: at spaces that are not in double quotes, in which a backslash stands for what follows it.
 * @param {string} text
 * @returns {string[]}
 */
function wordsOf(text) {
  const words = text.match(/(?:"(?:[^"\\]|\\.)*"|[^ "])+/gs) ?? [];
  return words.map((word) => word.replace(/"((?:[^"\\]|\\.)*)"/gs, (_, quoted) => quoted.replace(/\\(.)/gs, '$1')));
}

/**
 * The values of flags, behind a `=` or in the next word.
 * @param {string[]} words
 * @param {RegExp} flag
 */
function valuesOf(words, flag) {
  return words.flatMap((word, i) => {
    if (!flag.test(word)) return [];
    return word.includes('=') ? word.slice(word.indexOf('=') + 1) : (words[i + 1] ?? []);
  });
}

/**
 * What Node's configuration files name.
 * @param {string[]} words
 * @returns {string[]}
 */
function configured(words) {
  const files = words.some((word) => CONFIG.exec(word)?.[1] !== undefined) ? [DEFAULT_CONFIG] : valuesOf(words, CONFIG);
  return files.flatMap((file) => {
    try {
      const { import: imported = [], require: required = [] } = JSON.parse(fs.readFileSync(file, 'utf8')).nodeOptions ?? {};
      return [imported, required].flat();
    } catch {
      return [];
    }
  });
}

/**
 * @param {string} specifier
 * @param {string} file
 */
function leadsTo(specifier, file) {
  const ways = [
    () => createRequire(currentFolder()).resolve(specifier),
    // `--import` takes URLs, of which a path is one.
    () => fileURLToPath(new URL(specifier, pathToFileURL(currentFolder()))),
  ];
  return ways.some((resolve) => {
    try {
      return fs.realpathSync(resolve()) === fs.realpathSync(file);
    } catch {
      return false;
    }
  });
}

/** It may be gone, which throws. */
function currentFolder() {
  return `${process.cwd()}${path.sep}`;
}

module.exports = { isNamedByFlags };
