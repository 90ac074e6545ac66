'use strict';

/**
 * Loads the modules of `lib`, under file names like those of Node's own. Their
 * functions stand between Node's and those of the program, and tools that show where a
 * resource was made take the stack inside `init` and leave out what Node itself did there.
 * It is also faster than `require`, which looks for each file.
 *
 * What is loaded late must not depend on what the program has done meanwhile: it may have replaced the folder of the package by
 * that of another version, cleared `require.cache`, or patched `Module` and `fs`. So the sources are read at once
 * ({@link keepSources}), and what loads them is taken here.
 */

// Without newer syntax, so that an older Node can read it, and be refused.

const fs = require('fs');
const Module = /** @type {any} */ (require('module'));
const path = require('path');
const process = require('process'); // The global is not in every vm context.

const { getBuiltinModule } = process;
const {
  _load: loadBuiltin,
  prototype: { _compile },
} = Module;
const { apply, deleteProperty, set } = Reflect;

/**
 * Whether Node's own loader is at work, and not that of a bundler or a test runner. `ASYNC_HOOKS_RS_NAMES=real` leaves it at work, so
 * that the modules have their real names, for tools that measure which of their lines run.
 */
const isPlain =
  module instanceof Module && require.cache && require.cache[__filename] === module && process.env.ASYNC_HOOKS_RS_NAMES !== 'real';

const cache = isPlain ? require.cache : {};
/** The folder of the modules. In a bundle that is an ES module nothing tells where this is. */
const LIB = isPlain ? __dirname.slice(0, -'node'.length) : '';

/**
 * By their names: `require.cache` belongs to the program.
 * @type {Map<string, { exports: any, loaded?: boolean }>}
 */
const modules = new Map([['node/loader', module]]);

/**
 * By their names, those of modules that are not loaded yet.
 * @type {Map<string, string>}
 */
const sources = new Map();

/**
 * `require` finds what was loaded here, and the other way round.
 * @param {string} name of a file in `lib`, without its extension
 */
function load(name) {
  const file = fileOf(name);
  const known = modules.get(name) || cache[file];
  // Node's loader of ES modules puts there what it has only looked at for its exports.
  if (known !== undefined && (known.loaded || modules.has(name))) return known.exports;
  const loaded = new Module(file, module);
  loaded.filename = file;
  set(cache, file, loaded);
  modules.set(name, loaded);
  try {
    const run = compile(`(function (exports, require, module, __filename, __dirname) {${sources.get(name) || read(file)}\n})`, name);
    const folder = name.slice(0, name.lastIndexOf('/') + 1);
    apply(run, loaded.exports, [loaded.exports, requireFrom(folder), loaded, file, fileOf(folder)]);
  } catch (error) {
    // Tried again by whoever asks next: the end of the stack may have been near.
    deleteProperty(cache, file);
    modules.delete(name);
    throw error;
  }
  sources.delete(name);
  loaded.loaded = true;
  return loaded.exports;
}

/** @param {string} name */
function fileOf(name) {
  const file = path.sep === '/' ? name : name.replaceAll('/', path.sep);
  return file === '' || file.endsWith(path.sep) ? LIB + file.slice(0, -1) : `${LIB}${file}.js`;
}

/** @param {string} file */
function read(file) {
  return fs.readFileSync(file, 'utf8');
}

/** What is compiled is put out here. */
const bare = new Module('');

/**
 * As Node compiles a module: so it costs no `node:vm`. The parentheses of a function make V8 compile it at once.
 * @param {string} expression
 * @param {string} name
 */
function compile(expression, name) {
  apply(_compile, bare, [`module.exports = ${expression};`, `node:internal/async-hooks-rs/${name}`]);
  return bare.exports;
}

/**
 * @param {string} folder in `lib`; it ends with a slash, where it is not `lib` itself
 * @returns {(id: string) => any}
 */
function requireFrom(folder) {
  return (id) => (id.startsWith('.') ? load(resolve(folder, id)) : builtinModule(id));
}

/**
 * As it is, whatever the program has put between those who `require` it and Node.
 * @param {string} id
 */
function builtinModule(id) {
  return (getBuiltinModule && getBuiltinModule(id)) || loadBuiltin(id, null, false);
}

/**
 * Without `node:path`, whose loops over the letters V8 would begin to optimize.
 * @param {string} folder as above
 * @param {string} id
 */
function resolve(folder, id) {
  if (id.startsWith('./')) return folder + id.slice('./'.length);
  const above = folder.slice(0, folder.lastIndexOf('/', folder.length - 2) + 1);
  return resolve(above, id.startsWith('../../') ? id.slice('../'.length) : `.${id.slice('..'.length)}`);
}

/**
 * @template T
 * @param {string} name of a file in `lib`
 * @param {() => T} fallback the same with `require`, where another loader is at work
 * @returns {T}
 */
function loadUnseen(name, fallback) {
  return isPlain ? load(name) : fallback();
}

/**
 * @template T
 * @param {() => T} get loads something and gives it
 * @param {number} calls that take more of the stack than that does
 * @returns {() => T} gives it when it is needed, as often as it is. Where another loader is at work it is loaded now: that one may forget
 *   what it has loaded, or end, as a test runner's does
 */
function later(get, calls = 0) {
  /** @type {T | undefined} */
  let value;
  let isLoaded = false;
  function load() {
    if (!isLoaded) {
      if (isPlain) callDown(calls);
      value = get();
      isLoaded = true;
    }
    return /** @type {T} */ (value);
  }
  if (!isPlain) load();
  return load;
}

/**
 * Throws the RangeError of a stack overflow where fewer calls are left: so it comes before anything is loaded, and not within.
 * @param {number} calls
 * @returns {number}
 */
function callDown(calls) {
  return calls === 0 ? 0 : callDown(calls - 1) + 1;
}

/**
 * Reads what will be loaded {@link later}.
 * @param {string[]} names
 */
function keepSources(names) {
  if (!isPlain) return;
  for (const name of names) {
    if (!modules.has(name)) sources.set(name, read(fileOf(name)));
  }
}

/**
 * @param {string} expression
 * @param {string} name
 */
function evaluate(expression, name) {
  return isPlain ? compile(expression, name) : require('vm').compileFunction(`return ${expression}`)();
}

module.exports = { evaluate, keepSources, later, loadUnseen };
