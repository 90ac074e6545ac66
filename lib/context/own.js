'use strict';

/** Which files are the package's own: they are not followed. */

const path = require('node:path');

const FOLDER = path.join(__dirname, '..', '..') + path.sep;
const FILES = /^(?:(?:lib|bin|node_modules[\\/]acorn)[\\/]|(?:index|legacy|record|register|context)\.m?js$)/;

/** @param {string} file */
function isOwn(file) {
  return file.startsWith(FOLDER) && FILES.test(file.slice(FOLDER.length));
}

module.exports = { isOwn };
