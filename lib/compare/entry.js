'use strict';
/**
 * The moment at which a thread's entry module starts to run. What Node and a loader do before it is no part of
 * the script, and a module that swaps `async_hooks` may need other steps there than the builtin does.
 *
 * CommonJS: just before the entry is compiled. ES modules: a module of ours is evaluated as the first one of the
 * entry's graph, put there through a load hook, or where Node has no synchronous load hooks through an entry that
 * imports both.
 */

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { threadId } = require('node:worker_threads');

const internals = /** @type {any} */ (Module);
const BEGIN = Symbol.for('async-hooks-rs.compare.begin');
/** @param {string} file */
const importOf = (file) => `import ${JSON.stringify(pathToFileURL(file).href)};`;
let beginImport = importOf(path.join(__dirname, 'begin.mjs'));

/**
 * @param {string} directory for files that the recorder needs while the script runs
 * @param {string | null} first a module that is evaluated before, whatever the script imports
 * @param {() => void} begin called when the entry starts; a second time if the first guess about its format was wrong
 */
function onEntry(directory, first, begin) {
  if (first !== null) beginImport = importOf(first) + beginImport;
  onCommonJSEntry(begin);
  Reflect.defineProperty(globalThis, BEGIN, { value: begin, configurable: true });
  if (internals.registerHooks) prependToEntry();
  else replaceEntry(directory);
}

/** @param {() => void} begin */
function onCommonJSEntry(begin) {
  const { _compile } = internals.prototype;
  internals.prototype._compile = function (/** @type {any[]} */ ...args) {
    const isEntry = this.id === '.' || this.id === '[worker eval]';
    if (isEntry) {
      internals.prototype._compile = _compile;
      begin();
    }
    return Reflect.apply(_compile, this, args);
  };
}

function prependToEntry() {
  /** @type {string | undefined} */
  let entry;
  const hooks = internals.registerHooks({
    resolve(/** @type {string} */ specifier, /** @type {any} */ context, /** @type {Function} */ next) {
      const resolved = next(specifier, context);
      // Only an entry has no parent.
      if (context.parentURL === undefined) entry = resolved.url;
      return resolved;
    },
    load(/** @type {string} */ url, /** @type {any} */ context, /** @type {Function} */ next) {
      const loaded = next(url, context);
      if (url !== entry || !loaded.format?.startsWith('module')) return loaded;
      hooks.deregister();
      return { ...loaded, source: prepend(Buffer.from(loaded.source).toString()) };
    },
  });
}

/**
 * Keeps the line numbers, and a `#!` line at the top.
 * @param {string} source
 */
function prepend(source) {
  const hashbang = /^#!.*\n?/.exec(source)?.[0] ?? '';
  return hashbang + beginImport + source.slice(hashbang.length);
}

/** @param {string} directory */
function replaceEntry(directory) {
  const { _findPath } = internals;
  internals._findPath = function (/** @type {any[]} */ ...args) {
    const found = Reflect.apply(_findPath, this, args);
    const isEntry = args[2] === true;
    if (!isEntry || !found || !isESModule(found)) return found;
    internals._findPath = _findPath;
    const entry = path.join(directory, `entry-${threadId}.mjs`);
    const script = pathToFileURL(fs.realpathSync(found)).href;
    fs.writeFileSync(entry, `${beginImport}\nimport ${JSON.stringify(script)};\n`);
    return entry;
  };
}

/**
 * Whether Node takes the file for an ES module because of its name or its package.
 * @param {string} file
 */
function isESModule(file) {
  if (!file.endsWith('.js')) return file.endsWith('.mjs');
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (fs.existsSync(manifest)) return JSON.parse(fs.readFileSync(manifest, 'utf8')).type === 'module';
    if (folder === path.dirname(folder)) return false;
  }
}

module.exports = { onEntry };
