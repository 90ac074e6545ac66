'use strict';

/**
 * Loads the modules of `lib`, under file names like those of Node's own. Their
 * functions stand between Node's and those of the program, and tools that show where a
 * resource was made take the stack inside `init` and leave out what Node itself did there.
 * It is also faster than `require`, which looks for each file.
 */

const fs = require('node:fs');
const { Module, createRequire } = require('node:module');
const path = require('node:path');
const { compileFunction } = require('node:vm');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/** Whether Node's own loader is at work, and not that of a bundler or a test runner. */
const isPlain = module instanceof Module && require.cache?.[__filename] === module;

/**
 * `require` finds what was loaded here, and the other way round.
 * @param {string} file without links and with its extension
 */
function load(file) {
  const known = require.cache[file];
  if (known !== undefined) return known.exports;
  const loaded = new Module(file, /** @type {any} */ (module));
  loaded.filename = file;
  require.cache[file] = loaded;
  try {
    compile(file).call(loaded.exports, loaded.exports, requireFrom(file), loaded, file, path.dirname(file));
  } catch (error) {
    delete require.cache[file];
    throw error;
  }
  loaded.loaded = true;
  return loaded.exports;
}

/** @param {string} file */
function compile(file) {
  const name = path.relative(path.dirname(__dirname), file).split(path.sep).join('/');
  return compileFunction(fs.readFileSync(file, 'utf8'), PARAMETERS, {
    filename: `node:internal/async-hooks-rs/${name.slice(0, -'.js'.length)}`,
  });
}

/**
 * @param {string} file
 * @returns {(id: string) => any}
 */
function requireFrom(file) {
  // Not the `require` of this file, whose argument a bundler would want to know.
  const requireOther = createRequire(file);
  return (id) => id.startsWith('.') ? load(`${path.join(path.dirname(file), id)}.js`) : requireOther(id);
}

/**
 * @template T
 * @param {string} name of a file in `lib`
 * @param {() => T} fallback the same with `require`, where another loader is at work
 * @returns {T}
 */
function loadUnseen(name, fallback) {
  return isPlain ? load(path.join(__dirname, '..', `${name}.js`)) : fallback();
}

module.exports = { loadUnseen };
