'use strict';

/**
 * Loads the modules whose functions stand between Node's and those of the program. Tools
 * that show where a resource was made take the stack inside `init` and leave out Node's
 * own frames, which they know by their file names; so these get such a name.
 */

const fs = require('node:fs');
const { Module, createRequire } = require('node:module');
const path = require('node:path');
const { compileFunction } = require('node:vm');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * Afterwards `require` answers with them. Where another loader is at work, such as that of a
 * test runner, it loads them as it does all others.
 * @param {string[]} names files in this folder, each after those that it requires
 */
function loadUnseen(...names) {
  if (!(module instanceof Module)) return;
  for (const name of names) {
    const file = path.join(__dirname, `${name}.js`);
    if (require.cache[file] === undefined) require.cache[file] = load(file, name);
  }
}

/**
 * @param {string} file
 * @param {string} name
 */
function load(file, name) {
  const loaded = new Module(file, /** @type {any} */ (module));
  loaded.filename = file;
  const compiled = compileFunction(fs.readFileSync(file, 'utf8'), PARAMETERS, {
    filename: `node:internal/async-hooks-rs/${name}`,
  });
  compiled.call(loaded.exports, loaded.exports, createRequire(file), loaded, file, path.dirname(file));
  loaded.loaded = true;
  return loaded;
}

module.exports = { loadUnseen };
