'use strict';

/**
 * Sources on their way from the disk into the program: CommonJS where Node compiles it, ES modules and TypeScript where Node has hooks
 * that run in the thread (`module.registerHooks`). Node 20 has none, and its ES modules stay as they are.
 */

const Module = /** @type {any} */ (require('node:module'));
const { fileURLToPath } = require('node:url');

const { Cache, hashOf } = require('./cache');
const { isOwn } = require('./own');
const { addSource } = require('./sources');
const { transform } = require('./transform');

const TAG = 10;
/** What stands in the cache for a source that is left alone. */
const ALONE = '';
const FORMATS = /** @type {Record<string, { format: string, isModule: boolean, hasTypes: boolean } | undefined>} */ ({
  module: { format: 'module', isModule: true, hasTypes: false },
  'module-typescript': { format: 'module', isModule: true, hasTypes: true },
  'commonjs-typescript': { format: 'commonjs', isModule: false, hasTypes: true },
});

/**
 * @param {Cache} cache
 * @returns {(source: string, file: string, isModule: boolean) => string}
 */
function transformer(cache) {
  return (source, file, isModule) => {
    if (isOwn(file)) return source;
    const key = hashOf(`${isModule}\0${file}\0${source}`);
    // Of letters and digits, and a letter first.
    const tag = `f${key.slice(0, TAG)}`;
    let text = cache.read(key);
    if (text === null) {
      text = transform(source, tag, isModule) ?? ALONE;
      cache.write(key, text);
    }
    if (text === ALONE) return source;
    addSource({ tag, file, source, text, isModule });
    return text;
  };
}

/** Before the program can change it. */
const stripTypes = Module.stripTypeScriptTypes;

/**
 * @param {string} source
 * @returns {string | null} null where the types cannot be taken out
 */
function withoutTypes(source) {
  try {
    return quietly(() => stripTypes(source));
  } catch {
    return null;
  }
}

/**
 * Node warns once of what is experimental, and would of what it does for us.
 * @template T
 * @param {() => T} call
 * @returns {T}
 */
function quietly(call) {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return call();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** @param {(source: string, file: string, isModule: boolean) => string} transformed */
function followCompilation(transformed) {
  const { _compile } = Module.prototype;
  const { replacement } = {
    /** @this {any} */
    replacement(/** @type {any} */ content, /** @type {any} */ file, /** @type {any[]} */ ...more) {
      let source = content;
      try {
        // Where it is none, it does not parse as one, and is left alone.
        if (typeof content === 'string' && more[0] !== 'json' && !String(more[0]).includes('typescript')) {
          source = transformed(content, String(file), more[0] === 'module');
        }
      } catch {
        source = content;
      }
      return Reflect.apply(_compile, this, [source, file, ...more]);
    },
  };
  Object.defineProperty(replacement, 'name', { value: _compile.name, configurable: true });
  Module.prototype._compile = replacement;
}

/** @param {(source: string, file: string, isModule: boolean) => string} transformed */
function followLoading(transformed) {
  Module.registerHooks({
    /**
     * @param {string} url
     * @param {any} context
     * @param {(url: string, context: any) => any} next
     */
    load(url, context, next) {
      const loaded = next(url, context);
      const known = FORMATS[loaded.format];
      if (known === undefined || loaded.source == null || !url.startsWith('file:')) return loaded;
      try {
        const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source).toString();
        const plain = known.hasTypes ? withoutTypes(text) : text;
        if (plain === null) return loaded;
        const source = transformed(plain, fileURLToPath(url.replace(/[?#].*$/s, '')), known.isModule);
        return source === text ? loaded : { ...loaded, format: known.format, source };
      } catch {
        return loaded;
      }
    },
  });
}

function followSources() {
  const transformed = transformer(new Cache());
  followCompilation(transformed);
  if (typeof Module.registerHooks === 'function') followLoading(transformed);
}

/** Whether ES modules are seen here. */
const seesModules = typeof Module.registerHooks === 'function';

module.exports = { followSources, seesModules };
